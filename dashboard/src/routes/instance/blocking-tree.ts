/** A session that others wait for, or that waits: one node of the tree of who blocks whom. */
export interface Blocked {
  pid: number
  backendStart: string | null
  user: string | null
  application: string | null
  query: string | null
  /** Of a blocker: `active`, `idle in transaction`, … */
  state: string | null
  idleSeconds: number | null
  /** What this one waits for; nothing on a root. */
  wait: { seconds: number | null; lock: string; relation: string | null } | null
  waiters: Blocked[]
}

type Row = Record<string, unknown>

/** The rows of probe `blocking` (one for each waiter and blocker) as trees, the root with the most waiters first. */
export function blockingTrees(rows: readonly Row[]): Blocked[] {
  const waiting = new Set(rows.map((row) => row['waiter_pid']))
  const roots = new Map<number, Row>()
  for (const row of rows) {
    const pid = number(row['blocker_pid'])
    if (pid !== null && !waiting.has(pid)) roots.set(pid, row)
  }
  // A circle of waiters (a deadlock, until it is broken) has no root: any of it will do.
  if (roots.size === 0 && rows[0]) roots.set(number(rows[0]['blocker_pid']) ?? 0, rows[0])
  return [...roots.values()]
    .map((row) => blocker(row, rows))
    .toSorted((a, b) => countWaiters(b) - countWaiters(a) || a.pid - b.pid)
}

/** Everyone who waits for it, at any distance. */
export function countWaiters(node: Blocked): number {
  return node.waiters.reduce((sum, waiter) => sum + 1 + countWaiters(waiter), 0)
}

function blocker(row: Row, rows: readonly Row[]): Blocked {
  const pid = number(row['blocker_pid']) ?? 0
  return {
    pid,
    backendStart: text(row['blocker_backend_start']),
    user: text(row['blocker_user']),
    application: text(row['blocker_application']),
    query: text(row['blocker_query']),
    state: text(row['blocker_state']),
    idleSeconds: number(row['blocker_idle_seconds']),
    wait: null,
    waiters: waitersOf(pid, rows, new Set([pid])),
  }
}

function waitersOf(pid: number, rows: readonly Row[], above: ReadonlySet<number>): Blocked[] {
  return rows
    .filter((row) => row['blocker_pid'] === pid && !above.has(number(row['waiter_pid']) ?? 0))
    .map((row) => {
      const waiter = number(row['waiter_pid']) ?? 0
      return {
        pid: waiter,
        backendStart: text(row['waiter_backend_start']),
        user: text(row['waiter_user']),
        application: text(row['waiter_application']),
        query: text(row['waiter_query']),
        state: null,
        idleSeconds: null,
        wait: {
          seconds: number(row['waited_seconds']),
          lock: [text(row['lock_type']), text(row['mode'])].filter(Boolean).join(' '),
          relation: text(row['relation']),
        },
        waiters: waitersOf(waiter, rows, new Set([...above, waiter])),
      }
    })
    .toSorted((a, b) => (b.wait.seconds ?? 0) - (a.wait.seconds ?? 0))
}

const number = (value: unknown) => (typeof value === 'number' ? value : null)
const text = (value: unknown) => (typeof value === 'string' ? value : null)

import { readAgentWork, type AgentWork, type Sql } from '../../repository/index.ts'
import type { Log } from '../log.ts'

/** Lets long polls wait, and wakes them. */
export interface WorkQueue {
  /** `woken` when there may be something for the agent; `over` after `waitMs`, or when a newer poll of the agent came. */
  wait(poll: Poll): Promise<'woken' | 'over'>
  waiting(): number
  close(): Promise<void>
}

interface Poll {
  agentId: string
  /** The configuration that the agent has. */
  version: string | undefined
  waitMs: number
  /** Aborted when the agent hangs up. */
  signal: AbortSignal
}

interface Waiter {
  version: string | undefined
  end: (how: 'woken' | 'over') => void
}

const lookEveryMs = 1_000

/**
 * NOTIFY wakes an agent's poll at once. Since a notification may be lost, the repository is also asked each second, once for all
 * that wait. One poll an agent: the newest.
 */
export async function createWorkQueue({ sql, log }: { sql: Sql; log: Log }): Promise<WorkQueue> {
  const waiters = new Map<string, Waiter>()
  let isClosed = false
  const wake = (agentId: string) => waiters.get(agentId)?.end('woken')
  const wakeAll = () => {
    for (const waiter of waiters.values()) waiter.end('woken')
  }
  const listening = await sql.listen('work', wake, wakeAll)
  const look = async () => {
    if (waiters.size === 0) return
    const found = await readAgentWork({ sql }, [...waiters.keys()])
    for (const work of found) {
      const waiter = waiters.get(work.agentId)
      if (waiter && hasNews(work, waiter.version)) waiter.end('woken')
    }
  }
  const loop = repeat(look, (error) => log('work_lookup_failed', { error }))
  return {
    wait: async ({ agentId, version, waitMs, signal }) => {
      waiters.get(agentId)?.end('over')
      if (isClosed) return 'over'
      const { promise, resolve } = Promise.withResolvers<'woken' | 'over'>()
      const waiter: Waiter = { version, end: resolve }
      waiters.set(agentId, waiter)
      const timer = setTimeout(() => resolve('over'), waitMs)
      signal.addEventListener('abort', () => resolve('over'), { once: true })
      const how = await promise
      clearTimeout(timer)
      if (waiters.get(agentId) === waiter) waiters.delete(agentId)
      return how
    },
    waiting: () => waiters.size,
    close: async () => {
      loop.stop()
      isClosed = true
      for (const waiter of waiters.values()) waiter.end('over')
      await listening.unlisten()
    },
  }
}

/** Whether an agent that has this configuration is to be told something. */
function hasNews(work: AgentWork, version: string | undefined): boolean {
  return work.openRequests > 0 || work.openActions > 0 || work.configVersion !== version
}

/** Runs `work` each second, never twice at once; its failure waits for the next second. */
function repeat(work: () => Promise<void>, onError: (error: unknown) => void) {
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  const run = async () => {
    await work().catch(onError)
    if (!isStopped) timer = setTimeout(() => void run(), lookEveryMs)
  }
  timer = setTimeout(() => void run(), lookEveryMs)
  return {
    stop: () => {
      isStopped = true
      clearTimeout(timer)
    },
  }
}

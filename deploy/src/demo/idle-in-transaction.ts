import type { AlertDetail } from '@trunkline/api/client'
import postgres from 'postgres'
import { repair } from './repair.ts'
import { alertOf, type Scenario } from './scenario.ts'
import { startTimeline } from './timeline.ts'

const rule = 'idleInTransaction'

/** Fault (a): an application stops between two statements of a transaction, and writers queue behind its row locks. */
export async function showIdleInTransaction(scenario: Scenario): Promise<readonly string[]> {
  await using checkout = await lockPopularProducts(scenario.shop.url)
  const line = startTimeline('(a) a session left idle in transaction blocks writers', scenario.say)
  const since = Date.now()
  const who = `checkout (pid ${String(checkout.pid)})`
  line.mark('fault', `${who} updated three rows and went silent in its transaction`)

  const isIts = (one: AlertDetail) => one.level >= 2 && one.labels['pid'] === checkout.pid
  const alert = await line.expect(
    'detected',
    alertOf(scenario, { rule, since, suits: isIts, timeoutMs: 45_000 }),
    (one) => ({ detail: one.message, at: Date.parse(one.raisedAt ?? '') }),
  )
  if (!alert) return line.missing()
  await repair(scenario, line, {
    alert,
    done: ({ parameters }) => `ended pid ${String(parameters['pid'])}`,
    proof: 'a later sample shows that the session is gone',
  })
  return line.missing()
}

/** The most popular rows, so that every writer soon waits. */
async function lockPopularProducts(url: string): Promise<AsyncDisposable & { pid: number }> {
  const connection = { application_name: 'checkout' }
  const sql = postgres(url, { max: 1, onnotice: () => undefined, connection })
  const session = await sql.reserve()
  const [row] = await session<{ pid: number }[]>`select pg_backend_pid() as pid`
  await session`begin`
  await session`update product set stock = stock - 1 where id <= 3`
  return {
    pid: row?.pid ?? 0,
    // The session has been ended from outside; there is nothing left to release.
    [Symbol.asyncDispose]: () => sql.end({ timeout: 0 }).catch(() => undefined),
  }
}

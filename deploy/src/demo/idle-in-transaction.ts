import type { Action, AlertDetail } from '@trunkline/api/client'
import postgres from 'postgres'
import { answerOf } from '../api-access.ts'
import { actionReaches } from './action-reaches.ts'
import { alertOf, mailLine, mailOf, type Scenario } from './scenario.ts'
import { startTimeline, type Timeline } from './timeline.ts'

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
  const page = mailOf(scenario, alert, { resolved: false, timeoutMs: 20_000 })
  await line.expect('page delivered', page, mailLine)
  const proposed = await line.expect(
    'action proposed',
    proposalOf(scenario, alert, since),
    (one) => ({
      detail: `${one.runbook} ${JSON.stringify(one.parameters)}`,
      at: Date.parse(one.createdAt),
    }),
  )
  if (!proposed || !(await mend(scenario, line, proposed))) return line.missing()
  const resolved = mailOf(scenario, alert, { resolved: true, timeoutMs: 60_000 })
  await line.expect('resolved mail', resolved, mailLine)
  return line.missing()
}

async function mend(scenario: Scenario, line: Timeline, proposed: Action): Promise<boolean> {
  await line.expect('dry run', dryRun(scenario, proposed), (action) => ({
    detail: `would hit ${JSON.stringify(action.preview?.[0]?.[0] ?? {})}`.slice(0, 240),
    at: Date.parse(action.finishedAt ?? ''),
  }))
  const done = await line.expect('action run', run(scenario, proposed), (action) => ({
    detail: `${action.runbook} ended pid ${String(action.parameters['pid'])}`,
    at: Date.parse(action.finishedAt ?? ''),
  }))
  if (!done) return false
  const proof = actionReaches(scenario, { id: done.id, states: ['succeeded'], timeoutMs: 60_000 })
  await line.expect('verified', proof, (action) => ({
    detail: 'a later sample shows that the session is gone',
    at: Date.parse(action.verifiedAt ?? ''),
  }))
  return true
}

async function proposalOf(scenario: Scenario, alert: AlertDetail, since: number): Promise<Action> {
  const isOpen = (action: Action) => action.state === 'proposed'
  const suits = (one: AlertDetail) => one.id === alert.id && one.actions.some(isOpen)
  const { actions } = await alertOf(scenario, { rule, since, suits, timeoutMs: 10_000 })
  const found = actions.find(isOpen)
  if (!found) throw new Error('no action is proposed')
  return found
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

async function dryRun(scenario: Scenario, proposed: Action): Promise<Action> {
  const { runbook, parameters, instance, alertId } = proposed
  const what = { runbook, parameters, instanceId: instance.id, dryRun: true }
  const json = alertId === null ? what : { ...what, alertId }
  const { id } = await answerOf(scenario.api.actions.$post({ json, header: {} }))
  return actionReaches(scenario, { id, states: ['succeeded'], timeoutMs: 20_000 })
}

async function run(scenario: Scenario, { id }: Action): Promise<Action> {
  await answerOf(scenario.api.actions[':id'].run.$post({ param: { id } }))
  return actionReaches(scenario, { id, states: ['verifying', 'succeeded'], timeoutMs: 20_000 })
}

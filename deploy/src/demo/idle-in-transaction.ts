import type { Action } from '@trunkline/api/client'
import postgres from 'postgres'
import { answerOf } from '../api-access.ts'
import { waitFor } from '../up/wait.ts'
import { alertOf, mailLine, mailOf, type Scenario } from './scenario.ts'
import { startTimeline } from './timeline.ts'

/** Fault (a): an application stops between two statements of a transaction, and writers queue behind its row lock. */
export async function showIdleInTransaction(scenario: Scenario): Promise<readonly string[]> {
  const { sink } = scenario
  await using checkout = await lockPopularProducts(scenario.shop.url)
  const line = startTimeline('(a) a session left idle in transaction blocks writers', scenario.say)
  const since = Date.now()
  line.mark(
    'fault',
    `checkout (pid ${String(checkout.pid)}) updated three rows and went silent in its transaction`,
  )

  const alert = await line.expect(
    'detected',
    alertOf(scenario, {
      rule: 'idleInTransaction',
      since,
      suits: (one) => one.level >= 2,
      timeoutMs: 45_000,
    }),
    (one) => ({ detail: one.message, at: Date.parse(one.raisedAt ?? '') }),
  )
  if (!alert) return line.missing()
  await line.expect(
    'page delivered',
    mailOf(sink, alert, { resolved: false, timeoutMs: 20_000 }),
    mailLine,
  )
  const proposed = await line.expect(
    'action proposed',
    alertOf(scenario, {
      rule: 'idleInTransaction',
      since,
      suits: (one) =>
        one.id === alert.id && one.actions.some((action) => action.state === 'proposed'),
      timeoutMs: 10_000,
    }).then((one) => one.actions.find((action) => action.state === 'proposed')),
    (action) => ({
      detail: `${action?.runbook ?? ''} ${JSON.stringify(action?.parameters)}`,
      at: Date.parse(action?.createdAt ?? ''),
    }),
  )
  if (!proposed) return line.missing()
  await line.expect('dry run', dryRun(scenario, proposed), (action) => ({
    detail: `would hit ${JSON.stringify(action.preview?.[0]?.[0] ?? {})}`.slice(0, 200),
    at: Date.parse(action.finishedAt ?? ''),
  }))
  const done = await line.expect('action run', run(scenario, proposed), (action) => ({
    detail: `${action.runbook} ended pid ${String(action.parameters['pid'])}`,
    at: Date.parse(action.finishedAt ?? ''),
  }))
  if (!done) return line.missing()
  await line.expect('verified', until(scenario, done.id, ['succeeded'], 60_000), (action) => ({
    detail: 'the next sample shows that the session is gone',
    at: Date.parse(action.verifiedAt ?? ''),
  }))
  await line.expect(
    'resolved mail',
    mailOf(sink, alert, { resolved: true, timeoutMs: 60_000 }),
    mailLine,
  )
  return line.missing()
}

/** The most popular rows, so that every writer soon waits. */
async function lockPopularProducts(url: string): Promise<AsyncDisposable & { pid: number }> {
  const sql = postgres(url, {
    max: 1,
    onnotice: () => undefined,
    connection: { application_name: 'checkout' },
  })
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
  const json = {
    runbook,
    parameters,
    instanceId: instance.id,
    dryRun: true,
    ...(alertId ? { alertId } : {}),
  }
  const { id } = await answerOf(scenario.api.actions.$post({ json, header: {} }))
  return until(scenario, id, ['succeeded'], 20_000)
}

async function run(scenario: Scenario, proposed: Action): Promise<Action> {
  await answerOf(scenario.api.actions[':id'].run.$post({ param: { id: proposed.id } }))
  return until(scenario, proposed.id, ['verifying', 'succeeded'], 20_000)
}

const ends = ['ineffective', 'failed', 'refused', 'timed_out', 'lost', 'expired', 'cancelled']

function until(
  { api, signal }: Scenario,
  id: string,
  states: string[],
  timeoutMs: number,
): Promise<Action> {
  let seen = ''
  return waitFor({
    ask: async () => {
      const action = await answerOf(api.actions[':id'].$get({ param: { id } }))
      seen = `${action.state} ${action.error ?? ''}`
      return states.includes(action.state) || ends.includes(action.state) ? action : undefined
    },
    timeoutMs,
    everyMs: 100,
    signal,
    failure: (last) => `the action is ${seen} after ${String(timeoutMs / 1_000)} s ${last}`,
  }).then((action) => {
    if (states.includes(action.state)) return action
    throw new Error(`the action is ${action.state}: ${action.error ?? 'no reason given'}`)
  })
}

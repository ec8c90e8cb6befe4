import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  connectRepository,
  migrate,
  type Sql,
  syncProbeTables,
  verifyAudit,
} from '@trunkline/api/repository'
import { probes } from '@trunkline/probes'
import { createTestDatabase } from '../../../deploy/test/database.ts'
import { runVerifyLoop } from './verify-loop.ts'

let sql: Sql
let stack: AsyncDisposableStack
const agentId = randomUUID()
const victim = { pid: 42, backend_start: '2026-01-02 03:04:05.123456+00' }

beforeEach(async () => {
  stack = new AsyncDisposableStack()
  const { url } = stack.use(await createTestDatabase())
  sql = connectRepository({ url, max: 4, deadlineMs: 5_000, applicationName: 'test' })
  stack.defer(() => sql.end())
  await migrate(sql)
  await syncProbeTables(sql, probes)
  await sql`insert into pem.host (machine_id, name) values ('m', 'h')`
  await sql`insert into pem.agent (id, name, host_id) values (${agentId}, 'a', 1)`
  await sql`insert into pem.instance (name, agent_id, host_id, address, port, database_name, user_name)
            values ('shop', ${agentId}, 1, 'localhost', 5432, 'postgres', 'monitor')`
})
afterEach(() => stack.disposeAsync())

function startVerifying(): void {
  const stop = new AbortController()
  const running = runVerifyLoop({ sql, log: () => undefined }, stop.signal)
  stack.defer(async () => {
    stop.abort()
    await running
  })
}

async function addAction(given: {
  state: string
  runbook?: string
  alertId?: string
  episodeId?: string
  finishedSecondsAgo?: number
  startBefore?: string
  finishBefore?: string
}): Promise<string> {
  const { state, runbook = 'terminateSession', alertId = null, episodeId = null } = given
  const { finishedSecondsAgo = 0, startBefore = 'infinity', finishBefore = 'infinity' } = given
  const [row] = await sql<{ id: string }[]>`
    insert into pem.action (runbook, runbook_version, instance_id, agent_id, parameters, state, alert_id, episode_id,
                            requested_by, finished_at, start_before, finish_before)
    values (${runbook}, 'v', 1, ${agentId}, ${sql.json(victim)}, ${state}, ${alertId}, ${episodeId}, 'alice',
            clock_timestamp() - make_interval(secs => ${finishedSecondsAgo}), ${startBefore}::text::timestamptz,
            ${finishBefore}::text::timestamptz)
    returning id`
  return row?.id ?? ''
}

/** A sample of the sessions, as an agent would have stored it, with the victim in it or not. */
async function sample(query: { secondsAgo: number } | 'gone'): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`delete from pemdata.sessions`
    await tx`
      insert into pemdata.probe_run (probe, instance_id, agent_id, collected_at, ok, duration_seconds, row_count)
      values ('sessions', 1, ${agentId}, clock_timestamp(), true, 0, 0)
          on conflict (probe, instance_id, host_id) do update set collected_at = excluded.collected_at`
    if (query === 'gone') return
    await tx`
      insert into pemdata.sessions (instance_id, collected_at, pid, backend_start, state, query_seconds)
      values (1, clock_timestamp(), ${victim.pid}, ${victim.backend_start}::text::timestamptz, 'active', ${query.secondsAgo})`
  })
}

async function read(id: string) {
  const [row] = await sql<{ state: string; error: string | null }[]>`
    select state, error from pem.action where id = ${id}`
  return row
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test('a session counts as ended only once a sample taken since does not show it', async () => {
  await sample('gone')
  const id = await addAction({ state: 'verifying' })
  startVerifying()
  await pause(1_500)
  expect((await read(id))?.state).toBe('verifying')
  await sample({ secondsAgo: 60 })
  await pause(1_500)
  expect((await read(id))?.state).toBe('verifying')
  await sample('gone')
  await expect.poll(async () => (await read(id))?.state, { timeout: 10_000 }).toBe('succeeded')
  const [audit] = await sql`select kind, actor, subject from pem.audit`
  expect(audit).toEqual({ kind: 'action_succeeded', actor: 'engine', subject: `action:${id}` })
  expect(await verifyAudit({ sql })).toMatchObject({ ok: true })
})

test('a query counts as cancelled when the session runs a younger one', async () => {
  const id = await addAction({ state: 'verifying', runbook: 'cancelQuery', finishedSecondsAgo: 20 })
  startVerifying()
  await sample({ secondsAgo: 60 })
  await pause(1_500)
  expect((await read(id))?.state).toBe('verifying')
  await sample({ secondsAgo: 5 })
  await expect.poll(async () => (await read(id))?.state, { timeout: 10_000 }).toBe('succeeded')
})

test('past its time an effect nobody saw is ineffective, with the reason', async () => {
  const id = await addAction({ state: 'verifying', finishedSecondsAgo: 89 })
  startVerifying()
  await sample({ secondsAgo: 60 })
  await expect
    .poll(() => read(id), { timeout: 10_000 })
    .toEqual({ state: 'ineffective', error: 'the session is still there' })
})

test('run for an alert, it worked when the alert is over', async () => {
  const [alertId, episodeId] = [randomUUID(), randomUUID()]
  await sql`
    insert into pemdata.alert (id, rule, fingerprint, identity, labels, instance_id, condition, unit, message, episode_id)
    values (${alertId}, 'idleInTransaction', 'f', '{}', '{}', 1, 'firing', 's', 'm', ${episodeId})`
  const id = await addAction({ state: 'verifying', alertId, episodeId })
  startVerifying()
  await sample('gone')
  await pause(1_500)
  expect((await read(id))?.state).toBe('verifying')
  await sql`update pemdata.alert set condition = 'normal'`
  await expect.poll(async () => (await read(id))?.state, { timeout: 10_000 }).toBe('succeeded')
})

test('what nobody started in time is expired, what nobody finished in time is lost', async () => {
  const past = '2026-01-01'
  const ids = {
    queued: await addAction({ state: 'queued', startBefore: past }),
    dispatched: await addAction({ state: 'dispatched', startBefore: past, runbook: 'cancelQuery' }),
  }
  startVerifying()
  await expect
    .poll(() => read(ids.queued), { timeout: 10_000 })
    .toEqual({
      state: 'expired',
      error: 'the agent did not fetch it in time',
    })
  await expect
    .poll(() => read(ids.dispatched), { timeout: 10_000 })
    .toEqual({
      state: 'expired',
      error: 'the agent did not start it in time',
    })
  const running = await addAction({ state: 'running', finishBefore: past })
  await expect
    .poll(() => read(running), { timeout: 10_000 })
    .toEqual({
      state: 'lost',
      error: 'the agent did not say in time how it ended',
    })
  const kinds = await sql`select kind from pem.audit order by sequence`
  expect(kinds.map((row) => row['kind'])).toEqual([
    'action_expired',
    'action_expired',
    'action_lost',
  ])
})

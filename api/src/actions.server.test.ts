import { createPublicKey, randomUUID, verify } from 'node:crypto'
import { runbookBytes, runbooks } from '@trunkline/rules'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  addTestInstance,
  enrolTestAgent,
  startTestApi,
  type TestAgent,
  type TestApi,
} from './api.fixture.ts'
import { createClient } from './client.ts'
import { keepApiToken } from '../repository/index.ts'
import { hashToken, newToken } from './auth/tokens.ts'

let its: TestApi
let agent: TestAgent
let instanceId: number

beforeAll(async () => {
  its = await startTestApi()
  agent = await enrolTestAgent(its)
  instanceId = await addTestInstance(its, agent)
})
afterAll(async () => {
  agent[Symbol.dispose]()
  await its[Symbol.asyncDispose]()
})

const backend_start = '2026-11-20T12:00:00.123456+00:00'
let nextPid = 100
const wanted = (change: object = {}) => ({
  runbook: 'terminateSession',
  instanceId,
  parameters: { pid: (nextPid += 1), backend_start },
  dryRun: false,
  ...change,
})

async function start(json: ReturnType<typeof wanted>, key?: string) {
  const header = key === undefined ? {} : { 'idempotency-key': key }
  const answer = await its.admin.actions.$post({ header, json })
  if (!answer.ok) throw new Error(`${answer.status} ${(await answer.json()).detail}`)
  return answer.json()
}

async function state(id: string) {
  const answer = await its.admin.actions[':id'].$get({ param: { id } })
  if (!answer.ok) throw new Error((await answer.json()).detail)
  return (await answer.json()).state
}

async function handedOut(id: string) {
  const answer = await agent.client.work.$get({ query: {} })
  if (!answer.ok) throw new Error((await answer.json()).detail)
  return (await answer.json()).actions.find(({ actionId }) => actionId === id)
}

const tell = (id: string, json: object, from = agent) =>
  from.client.actions[':id'].news.$post({ param: { id }, json: json as never })

const at = () => new Date().toISOString()
const started = () => ({ kind: 'started', at: at() })
const finished = (outcome: string, error: string | null = null) => ({
  kind: 'finished',
  at: at(),
  outcome,
  preview: [[{ pid: 42, query: 'select "💥" <script>' }]],
  result: [[{ pid: 42, done: true }]],
  outputHead: '',
  outputTail: '',
  outputBytes: 0,
  error,
})

describe('an action', () => {
  test('is queued, handed to its agent with the signed runbook, started once, finished, verified later', async () => {
    const { id, state: first, parameters, requestedBy, risk } = await start(wanted())
    expect({ first, requestedBy, risk }).toEqual({
      first: 'queued',
      requestedBy: 'admin',
      risk: 'R2',
    })
    const dispatch = await handedOut(id)
    if (!dispatch) throw new Error('not handed out')
    expect(dispatch).toMatchObject({
      instanceId,
      runbook: 'terminateSession',
      parameters,
      dryRun: false,
    })
    const document = Buffer.from(dispatch.document, 'base64')
    expect(document.equals(runbookBytes('terminateSession', runbooks.terminateSession))).toBe(true)
    const made = await its.admin['agent-tokens'].$post({ json: {} })
    expect(made.ok).toBe(true)
    const { readFile } = await import('node:fs/promises')
    const key = createPublicKey(await readFile(`${its.home}/keys/runbook.pub`))
    expect(verify(null, document, key, Buffer.from(dispatch.signature, 'base64'))).toBe(true)
    expect(await state(id)).toBe('dispatched')
    expect(await handedOut(id)).toBeUndefined()
    expect((await tell(id, started())).status).toBe(200)
    expect((await tell(id, started())).status).toBe(200)
    expect(await state(id)).toBe('running')
    expect((await tell(id, finished('done'))).status).toBe(200)
    expect((await tell(id, finished('done'))).status).toBe(200)
    const answer = await its.admin.actions[':id'].$get({ param: { id } })
    expect(await answer.json()).toMatchObject({
      state: 'verifying',
      preview: [[{ pid: 42, query: 'select "💥" <script>' }]],
      result: [[{ pid: 42, done: true }]],
    })
    const rows = await its.sql<{ kind: string; actor: string }[]>`
      select kind, actor from pem.audit where subject = ${`action:${id}`} order by sequence`
    expect(rows.map(({ kind, actor }) => [kind, actor])).toEqual([
      ['action_queued', 'user:admin'],
      ['action_dispatched', `agent:${agent.id}`],
      ['action_running', `agent:${agent.id}`],
      ['action_verifying', `agent:${agent.id}`],
    ])
  })

  test('that is a dry run ends as succeeded: it changed nothing, so nothing is verified', async () => {
    const { id } = await start(wanted({ dryRun: true }))
    await handedOut(id)
    await tell(id, started())
    await tell(id, finished('done'))
    expect(await state(id)).toBe('succeeded')
  })

  test.for(['failed', 'refused', 'timed_out', 'lost'] as const)('ends as %s', async (outcome) => {
    const { id } = await start(wanted())
    await handedOut(id)
    if (outcome !== 'refused') await tell(id, started())
    await tell(id, finished(outcome, 'because'))
    const answer = await its.admin.actions[':id'].$get({ param: { id } })
    expect(await answer.json()).toMatchObject({ state: outcome, error: 'because' })
  })

  test('is handed out again when nobody asked to start it, and not once it runs', async () => {
    const { id } = await start(wanted())
    expect(await handedOut(id)).toBeDefined()
    const age = () => its.sql`
      update pem.action set dispatched_at = now() - interval '11 seconds' where id = ${id}`
    await age()
    expect(await handedOut(id)).toBeDefined()
    await tell(id, started())
    await age()
    expect(await handedOut(id)).toBeUndefined()
  })

  test('must not start after it was cancelled or its time has passed', async () => {
    const cancelled = await start(wanted())
    await handedOut(cancelled.id)
    const cancel = () => its.admin.actions[':id'].cancel.$post({ param: { id: cancelled.id } })
    expect((await cancel()).status).toBe(200)
    expect((await cancel()).status).toBe(409)
    expect((await tell(cancelled.id, started())).status).toBe(409)
    expect(await state(cancelled.id)).toBe('cancelled')
    const late = await start(wanted())
    await handedOut(late.id)
    await its.sql`update pem.action set start_before = now() where id = ${late.id}`
    expect((await tell(late.id, started())).status).toBe(409)
    await tell(late.id, finished('refused', 'too late'))
    expect(await state(late.id)).toBe('refused')
  })

  test('taken for lost by the engine is known better when the agent comes back', async () => {
    const { id } = await start(wanted())
    await handedOut(id)
    await tell(id, started())
    await its.sql`update pem.action set state = 'lost' where id = ${id}`
    await tell(id, finished('done'))
    expect(await state(id)).toBe('verifying')
  })

  test('of one agent is no business of another', async () => {
    const other = await enrolTestAgent(its, 'db2')
    const { id } = await start(wanted())
    const answer = await other.client.work.$get({ query: {} })
    if (!answer.ok) throw new Error('no work')
    expect((await answer.json()).actions).toEqual([])
    expect((await tell(id, started(), other)).status).toBe(404)
    other[Symbol.dispose]()
  })

  test('reaches a waiting agent within a second', async () => {
    const idle = await agent.client.work.$get({ query: {} })
    if (!idle.ok) throw new Error('no work')
    const { configVersion: version } = await idle.json()
    const waiting = agent.client.work.$get({ query: { wait: '20', version } })
    await new Promise((resolve) => setTimeout(resolve, 200))
    const { id } = await start(wanted())
    const startedAt = performance.now()
    const work = await waiting
    if (!work.ok) throw new Error('no work')
    expect((await work.json()).actions.map(({ actionId }) => actionId)).toEqual([id])
    expect(performance.now() - startedAt).toBeLessThan(2_000)
  })
})

describe('asking for an action', () => {
  test('twice under one key makes one, and another under the same key is refused', async () => {
    const key = randomUUID()
    const json = wanted()
    const [one, two] = await Promise.all([start(json, key), start(json, key)])
    expect([one.id, two.id]).toEqual([key, key])
    await expect(start(wanted({ dryRun: true }), key)).rejects.toThrow('409')
  })

  test('while one like it is under way is refused; a dry run is not', async () => {
    const json = wanted()
    await start(json)
    await expect(start(json)).rejects.toThrow('409 The same runbook')
    await start({ ...json, dryRun: true })
  })

  test('needs the right parameters, runbook, instance and alert', async () => {
    await expect(start(wanted({ parameters: { pid: 'x' } }))).rejects.toThrow('400 parameters.pid')
    await expect(start(wanted({ runbook: 'dropDatabase' }))).rejects.toThrow('404')
    await expect(start(wanted({ runbook: 'toString' }))).rejects.toThrow('404')
    await expect(start(wanted({ instanceId: 999 }))).rejects.toThrow('404')
    await expect(start(wanted({ alertId: randomUUID() }))).rejects.toThrow('404')
  })

  test('on an instance without a role for runbooks tells how to make one', async () => {
    const uri = 'postgres://m@10.0.0.1/postgres'
    const plain = await addTestInstance(its, agent, { uri, name: 'plain' })
    const json = wanted({ instanceId: plain })
    const answer = await its.admin.actions.$post({ header: {}, json })
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({
      problems: [{ mend: expect.stringContaining('GRANT pg_signal_backend') }],
    })
  })

  test('of risk R2 needs an operator; a dry run, and risk R1, a responder', async () => {
    const token = newToken()
    const account = { tokenName: 'r', accountName: 'rita', role: 'responder' as const }
    await keepApiToken({ sql: its.sql }, { hash: hashToken(token), ...account })
    const rita = createClient(its.api.url, { token })
    const ask = async (change: object) =>
      (await rita.actions.$post({ header: {}, json: wanted(change) })).status
    expect(await ask({})).toBe(403)
    expect(await ask({ dryRun: true })).toBe(202)
    expect(await ask({ runbook: 'cancelQuery' })).toBe(202)
  })

  test('that an alert proposed runs it once', async () => {
    const [row] = await its.sql<{ id: string }[]>`
      insert into pem.action (runbook, runbook_version, instance_id, agent_id, parameters, state, requested_by)
      select 'terminateSession', version, ${instanceId}, ${agent.id},
             ${its.sql.json({ pid: 7, backend_start })}, 'proposed', 'engine'
        from pem.runbook where name = 'terminateSession'
      returning id`
    if (!row) throw new Error('not proposed')
    const run = () => its.admin.actions[':id'].run.$post({ param: { id: row.id } })
    const answers = await Promise.all([run(), run(), run()])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([202, 409, 409])
    expect(await handedOut(row.id)).toBeDefined()
  })
})

test('lists go page by page, and the audit trail holds together', async () => {
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const query = { limit: '3', ...(cursor ? { cursor } : {}) }
    const answer = await its.admin.actions.$get({ query })
    if (!answer.ok) throw new Error((await answer.json()).detail)
    const { items, next } = await answer.json()
    seen.push(...items.map(({ id }) => id))
    cursor = next ?? undefined
  } while (cursor)
  const [count] = await its.sql<{ n: number }[]>`select count(*)::int as n from pem.action`
  expect(new Set(seen).size).toBe(count?.n)
  expect(seen.length).toBe(count?.n)
  const trail = await its.admin.audit.verify.$get()
  expect(await trail.json()).toMatchObject({ ok: true, brokenAt: null })
  const first = await its.admin.audit.$get({ query: { limit: '2' } })
  if (!first.ok) throw new Error('no audit')
  const page = await first.json()
  const second = await its.admin.audit.$get({ query: { limit: '1', cursor: page.next ?? '' } })
  if (!second.ok) throw new Error('no audit')
  expect((await second.json()).items[0]?.sequence).toBe((page.items[1]?.sequence ?? 0) - 1)
})

import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Dispatch } from '@trunkline/api/agent-client'
import { connectAs } from '../../../deploy/test/monitored.ts'
import { startPostgres, type TestPostgres } from '../../../deploy/test/postgres.ts'
import { homePaths } from '../identity/home.ts'
import { createInstance, type Instance } from '../instances/instance.ts'
import { createActions } from './actions.ts'
import { createJournal, type Finished } from './journal.ts'
import type { NewsChannel } from './news-channel.ts'
import { permit } from './permit.ts'

let server: TestPostgres
let admin: postgres.Sql
let instance: Instance
let home = ''
const keys = generateKeyPairSync('ed25519')
const told: { id: string; result: Finished }[] = []
const sampled: { instanceId: number; probe: string }[] = []
let started: string[] = []
let mayStart = true

beforeAll(async () => {
  server = await startPostgres()
  admin = connectAs(server, 'postgres')
  await admin.unsafe("create role app login password 'test'")
  await admin.unsafe(
    "create role actor login password 'test' in role pg_signal_backend, pg_monitor",
  )
  const user = { user: 'actor', password: 'test' }
  const where = { address: '127.0.0.1', port: server.port, database: 'postgres' }
  const connection = { ...where, ...user, sslmode: 'disable' as const }
  instance = createInstance({ id: 1, name: 'shop', connection, actor: user }, () => undefined)
})
afterAll(async () => {
  await instance[Symbol.asyncDispose]()
  await admin.end({ timeout: 5 })
  await server[Symbol.asyncDispose]()
})
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'trunkline-actions-'))
  const pem = keys.publicKey.export({ type: 'spki', format: 'pem' })
  writeFileSync(homePaths(home).runbookKey, pem)
  writeFileSync(homePaths(home).allowList, '{"runbooks":["terminate"]}')
  told.length = 0
  sampled.length = 0
  started = []
  mayStart = true
})
afterEach(() => rmSync(home, { recursive: true }))

const channel: NewsChannel = {
  started: ({ actionId }) => {
    started.push(actionId)
    return Promise.resolve(mayStart ? { kind: 'yes' } : { kind: 'no', reason: 'It was cancelled.' })
  },
  finished: (id, result) => {
    told.push({ id, result })
    return Promise.resolve()
  },
}

const journal = () => createJournal(homePaths(home).journal)
const actions = (over: { instance?: Instance | undefined } = { instance }) =>
  createActions({
    journal: journal(),
    channel,
    permit: (action) => permit(home, action, Date.now()),
    instance: () => over.instance,
    sampleNow: (instanceId, probe) => sampled.push({ instanceId, probe }),
    log: () => undefined,
  })

const terminate = {
  name: 'terminate',
  summary: 'End a session.',
  risk: 'R2',
  parameters: {
    pid: { type: 'integer', description: 'Process.' },
    backend_start: { type: 'timestamp', description: 'Since when.' },
  },
  deadline: '3s',
  steps: [
    {
      kind: 'sql',
      says: 'End it.',
      preview: `select pid, null as problem from pg_stat_activity
                 where pid = $pid::int and backend_start = $backend_start::text::timestamptz`,
      sql: `select pid, pg_terminate_backend(pid) as done, null as problem from pg_stat_activity
             where pid = $pid::int and backend_start = $backend_start::text::timestamptz`,
    },
  ],
  verify: { probe: 'sessions', sql: 'select 1', within: '1m' },
}

function dispatch(parameters: Dispatch['parameters'], change: Partial<Dispatch> = {}): Dispatch {
  return {
    actionId: randomUUID(),
    instanceId: 1,
    runbook: 'terminate',
    ...signed(terminate),
    keyId: 'test',
    parameters,
    dryRun: false,
    startBefore: new Date(Date.now() + 60_000).toISOString(),
    ...change,
  }
}

function signed(document: object, key = keys.privateKey) {
  const bytes = Buffer.from(JSON.stringify(document))
  return {
    document: bytes.toString('base64'),
    signature: sign(null, bytes, key).toString('base64'),
  }
}

/** A session to act on. */
async function victim() {
  const sql = connectAs(server, 'app')
  const [row] = await sql<{ pid: number; backend_start: string }[]>`
    select pid, to_char(backend_start at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as backend_start
      from pg_stat_activity where pid = pg_backend_pid()`
  if (!row) throw new Error('no session')
  const isThere = async () =>
    (await admin`select from pg_stat_activity where pid = ${row.pid}`).length > 0
  return { parameters: { ...row }, isThere, [Symbol.asyncDispose]: () => sql.end({ timeout: 1 }) }
}

describe('an action', () => {
  test('in a dry run shows what it would hit, and hits nothing', async () => {
    await using target = await victim()
    await actions().run(dispatch(target.parameters, { dryRun: true }))
    expect(told[0]?.result).toMatchObject({
      outcome: 'done',
      preview: [[{ pid: target.parameters.pid }]],
      result: [],
    })
    expect(await target.isThere()).toBe(true)
    expect(sampled).toEqual([])
  })

  test('does it, once, and tells what it did; given again it tells again and does nothing', async () => {
    await using target = await victim()
    const action = dispatch(target.parameters)
    await actions().run(action)
    await expect.poll(target.isThere).toBe(false)
    expect(told[0]?.result).toMatchObject({
      outcome: 'done',
      error: null,
      result: [[{ done: true }]],
    })
    expect(told[0]?.result.outputHead).toContain('End it.')
    expect(sampled).toEqual([{ instanceId: 1, probe: 'sessions' }])
    await actions().run(action)
    expect(started).toEqual([action.actionId])
    expect(told[1]).toEqual(told[0])
  })

  test('does not hit another session with the same process id', async () => {
    await using target = await victim()
    const parameters = { ...target.parameters, backend_start: '2020-01-01T00:00:00.000001Z' }
    await actions().run(dispatch(parameters))
    expect(told[0]?.result).toMatchObject({ outcome: 'failed', result: [] })
    expect(told[0]?.result.error).toContain('no longer there')
    expect(await target.isThere()).toBe(true)
  })

  test('ends by the deadline of its runbook', async () => {
    const slow = { ...terminate.steps[0], sql: 'select true as done, pg_sleep(30)::text' }
    const document = { ...terminate, deadline: '500ms', steps: [slow] }
    await using target = await victim()
    await actions().run(dispatch(target.parameters, signed(document)))
    expect(told[0]?.result.outcome).toBe('timed_out')
  })

  test('after a stop in the middle is told as lost, and is never run again', async () => {
    await using target = await victim()
    const action = dispatch(target.parameters)
    await journal().claim(action.actionId)
    await actions().recover(await journal().all())
    expect(told[0]?.result.outcome).toBe('lost')
    await actions().run(action)
    expect(started).toEqual([])
    expect(await target.isThere()).toBe(true)
    expect(await journal().all()).toMatchObject([{ isDelivered: true }])
  })

  test('is told again after a stop before its news arrived', async () => {
    await using target = await victim()
    const action = dispatch(target.parameters)
    await journal().claim(action.actionId)
    const result: Finished = {
      kind: 'finished',
      at: new Date().toISOString(),
      outcome: 'done',
      preview: [],
      result: [],
      outputHead: '',
      outputTail: '',
      outputBytes: 0,
      error: null,
    }
    await journal().finish(action.actionId, result)
    await actions().recover(await journal().all())
    expect(told).toEqual([{ id: action.actionId, result }])
    await actions().recover(await journal().all())
    expect(told).toHaveLength(1)
  })

  test('claimed by two at once is run by one', async () => {
    await using target = await victim()
    const action = dispatch(target.parameters)
    await Promise.all([actions().run(action), actions().run(action)])
    expect(started).toHaveLength(1)
    await expect.poll(target.isThere).toBe(false)
    expect(readdirSync(homePaths(home).journal)).toEqual([`${action.actionId}.json`])
  })
})

describe('refused, and nothing is touched:', () => {
  const other = generateKeyPairSync('ed25519')
  const tampered = { ...terminate, summary: 'Another text.' }
  test.each<[string, () => Partial<Dispatch>, RegExp]>([
    ['signed by another key', () => signed(terminate, other.privateKey), /not signed/],
    ['a document that was changed', () => ({ document: signed(tampered).document }), /not signed/],
    ['no signature', () => ({ signature: '' }), /not signed/],
    [
      'a runbook off the list',
      () => ({ ...signed({ ...terminate, name: 'drop' }), runbook: 'drop' }),
      /agent allow drop$/,
    ],
    ['another runbook than named', () => ({ runbook: 'cancel' }), /is "terminate", not "cancel"/],
    ['too late', () => ({ startBefore: new Date(Date.now() - 1).toISOString() }), /too late/],
    ['an unknown parameter', () => ({ parameters: { pid: 1, extra: 1 } }), /no parameter "extra"/],
    ['a missing parameter', () => ({ parameters: { pid: 1 } }), /"backend_start" is missing/],
    [
      'a parameter of another type',
      () => ({ parameters: { pid: '1; drop table x', backend_start: '2026-01-01T00:00:00Z' } }),
      /"pid" is not of the type integer/,
    ],
    [
      'a kind of step it does not know',
      () => signed({ ...terminate, steps: [{ kind: 'shell', says: 'x', sql: 'rm', preview: '' }] }),
      /does not understand/,
    ],
  ])('%s', async (_, change, reason) => {
    await using target = await victim()
    await actions().run(dispatch(target.parameters, change()))
    expect(told[0]?.result.outcome).toBe('refused')
    expect(told[0]?.result.error).toMatch(reason)
    expect(started).toEqual([])
    expect(await target.isThere()).toBe(true)
  })

  test.each([
    ['no list of its owner', undefined, /not allowed on this host/],
    ['a list that nobody can read', '{"runbooks":["terminate"', /cannot be read/],
    [
      'a list with a program of no fixed place',
      '{"runbooks":["terminate"],"startCommands":{"a:1":["pg_ctl"]}}',
      /whole path/,
    ],
  ])('%s', async (_, list, reason) => {
    rmSync(homePaths(home).allowList)
    if (list !== undefined) writeFileSync(homePaths(home).allowList, list)
    await using target = await victim()
    await actions().run(dispatch(target.parameters))
    expect(told[0]?.result.error).toMatch(reason)
    expect(await target.isThere()).toBe(true)
  })

  test('the api says no to its start', async () => {
    mayStart = false
    await using target = await victim()
    await actions().run(dispatch(target.parameters))
    expect(told[0]?.result).toMatchObject({ outcome: 'refused', error: 'It was cancelled.' })
    expect(await target.isThere()).toBe(true)
  })

  test('an instance that it does not watch', async () => {
    await actions({ instance: undefined }).run(
      dispatch({ pid: 1, backend_start: '2026-01-01T00:00:00Z' }),
    )
    expect(told[0]?.result.error).toMatch(/does not watch/)
  })
})

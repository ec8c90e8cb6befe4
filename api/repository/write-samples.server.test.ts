import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Probe } from '@trunkline/probes'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../deploy/test/database.ts'
import { startPostgres } from '../../deploy/test/postgres.ts'
import type { Sample } from '../src/agents/wire.ts'
import { connectRepository, type Sql } from './connection/connect-repository.ts'
import { isRepositoryUnavailable } from './connection/unavailable.ts'
import { migrate } from './migrate.ts'
import { ensurePartitions } from './partitions.ts'
import { readNewest } from './read-newest.ts'
import { syncProbeTables } from './sync-probe-tables.ts'
import { writeSamples } from './write-samples.ts'

const thing = {
  summary: 'A probe of an instance.',
  scope: 'instance',
  role: 'any',
  every: '15s',
  timeout: '2s',
  retention: '7d',
  maxRows: 5,
  sql: {},
  labels: { name: 'x' },
  since: 'since',
  metrics: {
    'postgresql.x': { kind: 'gauge', unit: '{x}', description: 'X.', columns: { n: {} } },
  },
  details: { note: 'text', extra: 'jsonb', flag: 'bool', big: 'int8' },
} satisfies Probe
const machine = {
  summary: 'A probe of a host.',
  scope: 'host',
  role: 'any',
  every: '15s',
  timeout: '2s',
  retention: '7d',
  maxRows: 1,
  sql: {},
  labels: {},
  metrics: { 'system.x': { kind: 'gauge', unit: '1', description: 'X.', columns: { load: {} } } },
} satisfies Probe
const probes = { thing, machine }

const now = new Date('2026-03-01T12:00:00Z')
const at = (seconds: number): string => new Date(now.getTime() + seconds * 1000).toISOString()

interface Fleet {
  agentId: string
  hostId: number
  instanceId: number
}

async function prepare(sql: Sql): Promise<void> {
  await migrate(sql)
  await syncProbeTables(sql, probes)
  await ensurePartitions(sql, now)
}

async function addAgent(sql: Sql): Promise<Fleet> {
  const agentId = randomUUID()
  const [row] = await sql<{ host: number; instance: number }[]>`
    with h as (insert into pem.host (machine_id, name) values (${agentId}, 'h') returning id),
         a as (insert into pem.agent (id, name, host_id) select ${agentId}, 'a', id from h returning id, host_id),
         i as (insert into pem.instance (name, agent_id, host_id, address, port, database_name, user_name)
               select ${agentId}, id, host_id, ${agentId}, 1, 'd', 'u' from a returning id)
    select h.id as host, i.id as instance from h, i`
  if (row === undefined) throw new Error('no agent was made')
  return { agentId, hostId: row.host, instanceId: row.instance }
}

let database: TestDatabase
let sql: Sql
let fleet: Fleet
let spoolId: string

beforeAll(async () => {
  database = await createTestDatabase()
  sql = connectRepository({
    url: database.url,
    max: 4,
    deadlineMs: 20_000,
    applicationName: 'test',
  })
  await prepare(sql)
})

afterAll(async () => {
  await sql.end()
  await database[Symbol.asyncDispose]()
})

beforeEach(async () => {
  fleet = await addAgent(sql)
  spoolId = randomUUID()
})

/** A sample of `thing` with these names, each with its sequence as its number. */
function sample(sequence: number, names: string[], more: Partial<Sample> = {}): Sample {
  return {
    sequence,
    probe: 'thing',
    instanceId: fleet.instanceId,
    collectedAt: at(sequence),
    durationMs: 2,
    rowCount: names.length,
    cutRows: 0,
    columns: { name: names, n: names.map(() => sequence) },
    ...more,
  }
}

const write = (...samples: Sample[]) =>
  writeSamples(
    { sql, probes, now: new Date(now.getTime() + 60_000) },
    { agentId: fleet.agentId, spoolId, samples },
  )
const newest = () =>
  sql`select name, n from pemdata.thing where instance_id = ${fleet.instanceId} order by name`
const history = () =>
  sql`select name, n from pemhistory.thing where instance_id = ${fleet.instanceId} order by collected_at, name`
const run = async () =>
  (await sql`select * from pemdata.probe_run where instance_id = ${fleet.instanceId}`)[0]

describe('a batch', () => {
  test('is kept as history, and its newest sample as the newest rows, without those that vanished', async () => {
    await write(sample(1, ['a', 'b']))
    expect(await write(sample(2, ['a', 'b', 'c']), sample(3, ['b', 'd']))).toEqual({
      lastSequence: 3,
      refused: [],
    })
    expect(await newest()).toEqual([
      { name: 'b', n: 3 },
      { name: 'd', n: 3 },
    ])
    expect(await history()).toHaveLength(7)
    await write(sample(4, []))
    expect(await newest()).toEqual([])
    expect(await run()).toMatchObject({ ok: true, row_count: 0, last_ok_at: new Date(at(4)) })
  })

  test('that repeats, also in part or twice at once, changes nothing', async () => {
    const batch = [sample(1, ['a']), sample(2, ['a'])]
    const answers = await Promise.all([write(...batch), write(...batch), write(...batch)])
    expect(answers.map(({ lastSequence }) => lastSequence)).toEqual([2, 2, 2])
    expect(await write(sample(2, ['a']), sample(3, ['a']))).toEqual({
      lastSequence: 3,
      refused: [],
    })
    expect(await history()).toHaveLength(3)
    expect(await write(sample(1, ['z']))).toEqual({ lastSequence: 3, refused: [] })
  })

  test('that comes late is kept as history only', async () => {
    await write(sample(1, ['new'], { collectedAt: at(50) }))
    await write(sample(2, ['old'], { collectedAt: at(10) }))
    expect(await newest()).toEqual([{ name: 'new', n: 1 }])
    expect(await history()).toHaveLength(2)
    expect(await run()).toMatchObject({ collected_at: new Date(at(50)) })
  })

  test('tells what it has news of, once', async () => {
    const heard: string[] = []
    const listening = await sql.listen('samples', (payload) => heard.push(payload))
    const machines = { probe: 'machine', rowCount: 1, columns: { load: [0.5] } }
    await write(sample(1, ['a']), sample(2, ['a']), sample(3, [], machines))
    await expect
      .poll(() => heard.map((payload) => JSON.parse(payload) as unknown))
      .toEqual([
        { probe: 'thing', instanceId: fleet.instanceId },
        { probe: 'machine', hostId: fleet.hostId },
      ])
    await listening.unlisten()
  })

  test('of a day without a partition is stored all the same', async () => {
    await write(sample(1, ['a'], { collectedAt: '2026-02-25T00:00:00Z' }))
    const rows =
      await sql`select name from pemhistory.thing_default where instance_id = ${fleet.instanceId}`
    expect(rows).toEqual([{ name: 'a' }])
  })
})

describe('a run that failed', () => {
  test('leaves the newest rows as they are, and is counted until one succeeds', async () => {
    const failure = { sqlstate: '57014', message: 'too slow\0', hint: null }
    await write(sample(1, ['a']))
    await write(sample(2, [], { failure }), sample(3, [], { failure }))
    await write(sample(4, [], { failure }))
    expect(await newest()).toEqual([{ name: 'a', n: 1 }])
    expect(await run()).toMatchObject({
      ok: false,
      error: 'too slow',
      sqlstate: '57014',
      consecutive_failures: 3,
      last_ok_at: new Date(at(1)),
    })
    await write(sample(5, ['a']))
    expect(await run()).toMatchObject({ ok: true, error: null, consecutive_failures: 0 })
  })
})

describe('a sample that cannot be stored', () => {
  test.each([
    ['of an unknown probe', { probe: 'nope' }, 'there is no probe "nope"'],
    [
      'of a probe called like an object’s own',
      { probe: 'constructor' },
      'there is no probe "constructor"',
    ],
    [
      'of another agent’s instance',
      { instanceId: 987_654 },
      'instance 987654 is not one this agent watches',
    ],
    ['of no instance', { instanceId: undefined }, 'instance (none) is not one'],
    ['of the future', { collectedAt: at(600) }, 'was collected 540 s in the future'],
    ['older than its retention', { collectedAt: at(-8 * 86_400) }, 'older than the 7d'],
    ['with a column too many', { columns: { name: ['a'], odd: [1] } }, 'no column "odd"'],
    ['without its key', { columns: { n: [1] } }, 'column "name" of its key is missing'],
    ['with a null in its key', { columns: { name: [null] } }, 'column "name" of its key is null'],
    [
      'with a wrong type',
      { columns: { name: ['a'], n: ['1'] } },
      'column "n" has a value that is no float8 in row 1',
    ],
    ['with a wrong time', { columns: { name: ['a'], since: ['yesterday'] } }, 'no timestamptz'],
    [
      'with a column too short',
      { rowCount: 2, columns: { name: ['a', 'b'], n: [1] } },
      '1 values for 2 rows',
    ],
    [
      'with too many rows',
      { rowCount: 11, columns: { name: Array.from('abcdefghijk') } },
      'at most 10 are taken',
    ],
    ['with a key twice', { rowCount: 2, columns: { name: ['a', 'a'] } }, 'the same key'],
  ] as [string, Partial<Sample>, string][])(
    '%s is refused; the others of its batch are kept',
    async (_what, more, says) => {
      const answer = await write(sample(1, ['a']), sample(2, ['b'], more), sample(3, ['c']))
      expect(answer).toEqual({
        lastSequence: 3,
        refused: [{ sequence: 2, reason: expect.stringContaining(says) }],
      })
      expect(await newest()).toEqual([{ name: 'c', n: 3 }])
      expect(await history()).toHaveLength(2)
    },
  )

  test('because the server says so is found among the others of its batch', async () => {
    const tooLong = Array.from({ length: 9_000 }, () => randomUUID()).join('')
    const answer = await write(
      sample(1, ['a']),
      sample(2, [tooLong]),
      sample(3, ['c'], { collectedAt: at(1.5) }),
    )
    const reason = expect.stringContaining('index row') as string
    expect(answer).toEqual({ lastSequence: 3, refused: [{ sequence: 2, reason }] })
    expect(await newest()).toEqual([{ name: 'c', n: 3 }])
    expect(await history()).toHaveLength(2)
  })

  test('is a failed run, so that somebody sees it', async () => {
    await write(
      sample(1, ['a']),
      sample(2, ['a'], { columns: { name: ['a'], n: ['x'] }, collectedAt: at(2) }),
    )
    expect(await run()).toMatchObject({
      ok: false,
      error: expect.stringContaining('refused by the repository'),
    })
  })
})

test('any text, number and JSON is stored, and read back as it was or as near as PostgreSQL can', async () => {
  const names = ['a"b\\c,{}', 'NULL', '', '<script>\n😀', 'null\0\ud800']
  await write(
    sample(1, names, {
      columns: {
        name: names,
        n: [1e308, -0, null, Number.NaN, Number.POSITIVE_INFINITY],
        since: ['2026-02-28T23:59:59.123456Z', '2026-02-28 23:59:59.123456+00', null, null, null],
        note: ['it’s', null, '', 'NULL', '\0'],
        extra: [{ a: ['\0"', 1] }, 'text', 5, null, [[]]],
        flag: [true, false, null, null, null],
        big: [1, '-9007199254740993', null, null, null],
      },
    }),
  )
  const { rows, collectedAt } = await readNewest(
    { sql },
    { name: 'thing', probe: thing, target: fleet.instanceId },
  )
  expect(collectedAt).toEqual(new Date(at(1)))
  const byName = new Map(rows.map((row) => [row['name'], row]))
  expect(new Set(byName.keys())).toEqual(
    new Set(['a"b\\c,{}', 'NULL', '', '<script>\n😀', 'null\ufffd']),
  )
  expect(byName.get('a"b\\c,{}')).toEqual({
    name: 'a"b\\c,{}',
    n: 1e308,
    since: '2026-02-28T23:59:59.123456+00:00',
    note: 'it’s',
    extra: { a: ['"', 1] },
    flag: true,
    big: 1,
  })
  expect(byName.get('<script>\n😀')).toMatchObject({ n: null, note: 'NULL', extra: null })
  expect(byName.get('null\ufffd')).toMatchObject({ n: null, note: '', extra: [[]] })
})

test('a repository killed again and again during ingest keeps all that was acknowledged, once', async () => {
  await using server = await startPostgres({ settings: { fsync: 'on' } })
  const url = await server.createDatabase()
  const theirs = connectRepository({ url, max: 4, deadlineMs: 5_000, applicationName: 'test' })
  await prepare(theirs)
  fleet = await addAgent(theirs)
  let acknowledged = 0
  let failures = 0
  let isOver = false
  const agent = async (): Promise<void> => {
    while (!isOver) {
      const samples = Array.from({ length: 5 }, (_, n) =>
        sample(acknowledged + n + 1, ['a', 'b'], { collectedAt: at(-acknowledged - n) }),
      )
      try {
        const answer = await writeSamples(
          { sql: theirs, probes, now },
          { agentId: fleet.agentId, spoolId, samples },
        )
        acknowledged = answer.lastSequence
      } catch (error) {
        expect(isRepositoryUnavailable(error), String(error)).toBe(true)
        failures += 1
        await pause(20)
      }
    }
  }
  const sending = agent()
  for (let kill = 0; kill < 5; kill += 1) {
    await pause(100 + Math.random() * 200)
    await server.kill()
    await server.start()
  }
  await pause(200)
  isOver = true
  await sending
  const rows = await theirs`select n, count(*) from pemhistory.thing group by n order by n`
  // Two rows a sample, each exactly once; what was committed but not answered came again and was known.
  expect(rows).toEqual(Array.from({ length: acknowledged }, (_, n) => ({ n: n + 1, count: 2 })))
  expect(failures).toBeGreaterThan(0)
  await theirs.end()
})

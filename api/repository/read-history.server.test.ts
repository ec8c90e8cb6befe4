import type { Probe } from '@trunkline/probes'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../deploy/test/database.ts'
import { connectRepository, type Sql } from './connection/connect-repository.ts'
import { migrate } from './migrate.ts'
import { readHistory, type HistoryQuery } from './read-history.ts'
import { syncProbeTables } from './sync-probe-tables.ts'

const labelled = {
  summary: 'A probe.',
  scope: 'instance',
  role: 'any',
  every: '10s',
  timeout: '2s',
  retention: '7d',
  maxRows: 1_000,
  sql: {},
  labels: { database: 'db.namespace' },
  since: 'since',
  metrics: {
    'postgresql.n': { kind: 'counter', unit: '{n}', description: 'N.', columns: { n: {} } },
    'postgresql.g': { kind: 'gauge', unit: '{g}', description: 'G.', columns: { g: {} } },
  },
  details: { note: 'text' },
} satisfies Probe
const plain: Probe = { ...labelled, labels: {} }
delete plain.since
const probes = { labelled, plain }

const start = Date.parse('2026-03-01T00:00:00Z')
const time = (seconds: number): Date => new Date(start + seconds * 1_000)
let database: TestDatabase
let sql: Sql

beforeAll(async () => {
  database = await createTestDatabase()
  sql = connectRepository({
    url: database.url,
    max: 2,
    deadlineMs: 20_000,
    applicationName: 'test',
  })
  await migrate(sql)
  await syncProbeTables(sql, probes)
})

afterAll(async () => {
  await sql.end()
  await database[Symbol.asyncDispose]()
})

beforeEach(() => sql`truncate pemhistory.labelled, pemhistory.plain`)

interface Point {
  at: number
  n?: number | null
  g?: number
  database?: string
  since?: string
}

const put = (points: readonly Point[]) =>
  sql`
    insert into pemhistory.labelled (instance_id, collected_at, database, n, g, since)
    select 1, at, database, n, g, since
      from jsonb_to_recordset(${sql.json(
        points.map((point) => ({
          database: 'a',
          since: '2026-01-01',
          ...point,
          at: time(point.at),
        })) as never,
      )}) as p (at timestamptz, database text, n float8, g float8, since timestamptz)`

const read = (more: Partial<HistoryQuery> = {}) =>
  readHistory(
    { sql },
    {
      name: 'labelled',
      probe: labelled,
      target: 1,
      from: time(0),
      to: time(60),
      stepSeconds: 20,
      ...more,
    },
  )

const valuesOf = async (column: string, more: Partial<HistoryQuery> = {}) => {
  const { series } = await read({ columns: [column], ...more })
  return series.map(({ values }) => values)
}

test('a gauge is the average of its bucket, and null where nothing was collected', async () => {
  await put([
    { at: 0, g: 1 },
    { at: 10, g: 3 },
    { at: 50, g: 7 },
  ])
  const { from, to, stepSeconds, series } = await read({ columns: ['g'] })
  expect([from, to, stepSeconds]).toEqual([time(0), time(60), 20])
  const times = [0, 20, 40].map((seconds) => start / 1_000 + seconds)
  expect(series).toEqual([
    { labels: { database: 'a' }, column: 'g', kind: 'gauge', times, values: [2, null, 7] },
  ])
})

test('a counter is its rate, from the sample before the range on', async () => {
  await put([-10, 0, 10, 20, 30, 40, 50].map((at) => ({ at, n: 1_000 + at * 3 })))
  expect(await valuesOf('n')).toEqual([[3, 3, 3]])
})

test('a counter that fell, or says it was reset, counts from zero: no rate is negative', async () => {
  await put([
    { at: 0, n: 500 },
    { at: 10, n: 20 },
    { at: 20, n: 40 },
    // It was reset and has outgrown what it was: only `since` tells.
    { at: 30, n: 90, since: '2026-02-01' },
    { at: 40, n: 100, since: '2026-02-01' },
  ])
  expect(await valuesOf('n')).toEqual([[2, (20 + 90) / 20, 1]])
})

test('without a counter’s birth, a fall alone tells a reset', async () => {
  await sql`
    insert into pemhistory.plain (instance_id, collected_at, n) values
           (1, ${time(0)}, 50), (1, ${time(10)}, 60), (1, ${time(20)}, 10), (1, ${time(30)}, null), (1, ${time(40)}, 30)`
  expect(await valuesOf('n', { name: 'plain', probe: plain })).toEqual([[1, 1, null]])
})

test('each set of labels is a series of its own; of too many, those with most samples stay', async () => {
  const few = Array.from({ length: 250 }, (_, n) => ({ at: 0, g: n, database: `d${n}` }))
  await put([...few, { at: 0, g: 1, database: 'z' }, { at: 10, g: 3, database: 'z' }])
  const { series } = await read({ columns: ['g'] })
  expect(series).toHaveLength(200)
  expect(series.find(({ labels }) => labels['database'] === 'z')?.values).toEqual([2, null, null])
})

test('has at most 1,500 buckets, and no finer ones than the probe runs', async () => {
  const week = await read({ from: time(-7 * 86_400), stepSeconds: 1 })
  expect(week.stepSeconds).toBe(600)
  expect(week.series).toEqual([])
  expect(
    (
      await readHistory(
        { sql },
        { name: 'labelled', probe: labelled, target: 1, from: time(0), to: time(60) },
      )
    ).stepSeconds,
  ).toBe(10)
})

test.each([
  [{ columns: ['nope'] }, '"nope" is no column'],
  [{ columns: ['note'] }, '"note" is not a metric'],
  [{ to: time(-1) }, 'ends before it begins'],
])('%j is refused', async (more, says) => {
  await expect(read(more)).rejects.toThrow(says)
})

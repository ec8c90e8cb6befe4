import { probes, type Probe } from '@trunkline/probes'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../deploy/test/database.ts'
import { connectRepository, type Sql } from './connection/connect-repository.ts'
import { migrate } from './migrate.ts'
import { dropOldPartitions, ensurePartitions } from './partitions.ts'
import { syncProbeTables } from './sync-probe-tables.ts'

let database: TestDatabase
let sql: Sql

beforeEach(async () => {
  database = await createTestDatabase()
  sql = connectRepository({
    url: database.url,
    max: 2,
    deadlineMs: 30_000,
    applicationName: 'test',
  })
  await migrate(sql)
})

afterEach(async () => {
  await sql.end()
  await database[Symbol.asyncDispose]()
})

const plain = {
  summary: 'A probe.',
  scope: 'instance',
  role: 'any',
  every: '15s',
  timeout: '2s',
  retention: '7d',
  maxRows: 10,
  sql: {},
  labels: { database: 'db.namespace' },
  metrics: {
    'postgresql.x': { kind: 'counter', unit: '{x}', description: 'X.', columns: { n: {} } },
  },
  details: { note: 'text' },
} satisfies Probe

const names = async (table: string): Promise<string[]> => {
  const rows = await sql<{ name: string }[]>`
    select attname as name from pg_attribute where attrelid = ${table}::regclass and attnum > 0 order by attnum`
  return rows.map(({ name }) => name)
}

describe('the tables of probes', () => {
  test('of every probe that ships are made, and made again without a change', async () => {
    await syncProbeTables(sql, probes)
    await syncProbeTables(sql, probes)
    const made =
      await sql`select 1 from pg_views where schemaname = 'pem_api' and viewname = any (${Object.keys(probes)})`
    expect(made).toHaveLength(Object.keys(probes).length)
  })

  test('come with views for other readers', async () => {
    await syncProbeTables(sql, probes)
    const views = ['instances', 'agents', 'alerts', 'alert_history', ...Object.keys(probes)]
    for (const view of views) expect(await sql.unsafe(`select * from pem_api.${view}`)).toEqual([])
  })

  test('get the columns a definition gets, and keep those it loses, in table, history and view', async () => {
    await syncProbeTables(sql, { plain })
    await sql`create view reader as select time, instance, n from pem_api.plain`
    await syncProbeTables(sql, { plain: { ...plain, details: { other: 'jsonb' } } })
    const columns = ['instance_id', 'collected_at', 'database', 'n', 'note', 'other']
    expect(await names('pemdata.plain')).toEqual(columns)
    expect(await names('pemhistory.plain')).toEqual(columns)
    expect(await names('pem_api.plain')).toEqual([
      'time',
      'instance_id',
      'instance',
      'database',
      'n',
      'note',
      'other',
    ])
  })

  test('are not changed when a column changes its type', async () => {
    await syncProbeTables(sql, { plain })
    const changed = syncProbeTables(sql, {
      plain: { ...plain, details: { note: 'jsonb', new: 'text' } },
    })
    await expect(changed).rejects.toThrow(
      'column "note" of probe "plain" is text in the repository and cannot become jsonb',
    )
    expect(await names('pemdata.plain')).not.toContain('new')
  })

  test('get a new key', async () => {
    await syncProbeTables(sql, { plain })
    await syncProbeTables(sql, { plain: { ...plain, key: ['database', 'note'] } })
    const [row] = await sql`
      select pg_get_constraintdef(oid) as key from pg_constraint where conrelid = 'pemdata.plain'::regclass and contype = 'p'`
    expect(row).toEqual({ key: 'PRIMARY KEY (instance_id, database, note)' })
  })

  test('may have any names', async () => {
    const hostile = `we"ird.'; drop table x; -- \n😀`
    const labels = { 'a"b.c\n': 'x', time: 'y', instance: 'z', ['é'.repeat(31)]: 'w' }
    await syncProbeTables(sql, { [hostile]: { ...plain, labels } })
    await ensurePartitions(sql, new Date())
    const rows = await sql`select viewname from pg_views where viewname = ${hostile}`
    expect(rows).toHaveLength(1)
  })

  test.each([
    ['alert', plain, 'cannot be called "alert"'],
    ['x_20260101', plain, 'cannot be called'],
    ['x'.repeat(51), plain, 'cannot be called'],
    ['a', { ...plain, details: { collected_at: 'text' } }, 'has the column "collected_at"'],
    ['a', { ...plain, details: { n: 'text' } }, 'has the column "n"'],
    ['a', { ...plain, key: ['nope'] }, 'has no column "nope" for its key'],
  ] as [string, Probe, string][])('cannot be called %s: %#', async (name, probe, says) => {
    await expect(syncProbeTables(sql, { [name]: probe })).rejects.toThrow(says)
  })
})

describe('the days of history', () => {
  const day = new Date('2026-03-01T10:00:00Z')
  const partitions = async () => {
    const rows = await sql<{ name: string }[]>`
      select inhrelid::regclass::text as name from pg_inherits where inhparent = 'pemhistory.plain'::regclass order by 1`
    return rows.map(({ name }) => name.replace('pemhistory.', ''))
  }
  const insert = (at: string) =>
    sql`insert into pemhistory.plain (instance_id, collected_at, database) values (1, ${at}, 'd')`

  beforeEach(() => syncProbeTables(sql, { plain }))

  test('are made for three days, for alerts as well', async () => {
    await ensurePartitions(sql, day)
    expect(await partitions()).toEqual([
      'plain_20260301',
      'plain_20260302',
      'plain_20260303',
      'plain_default',
    ])
    expect(await sql`select to_regclass('pemhistory.alert_20260303') is not null as made`).toEqual([
      { made: true },
    ])
  })

  test('a missing one fails no insert, and gets its rows once it is made', async () => {
    await insert('2026-03-02T23:59:59.999Z')
    await insert('2026-02-11T00:00:00Z')
    await ensurePartitions(sql, day)
    expect(await sql`select count(*) from pemhistory.plain_default`).toEqual([{ count: 0 }])
    expect(await sql`select count(*) from pemhistory.plain_20260302`).toEqual([{ count: 1 }])
    expect(await sql`select count(*) from pemhistory.plain_20260211`).toEqual([{ count: 1 }])
  })

  test('are dropped when older than the retention, and not a day earlier', async () => {
    for (let n = 0; n < 12; n += 3)
      await ensurePartitions(sql, new Date(day.getTime() + n * 86_400_000))
    await dropOldPartitions(sql, new Date('2026-03-12T00:00:00Z'))
    expect((await partitions())[0]).toBe('plain_20260305')
  })

  test('give way to ingest: a lock that cannot be had is not waited for', async () => {
    let drop: Promise<unknown> | undefined
    await sql.begin(async (tx) => {
      await tx`insert into pemhistory.plain (instance_id, collected_at, database) values (1, '2026-03-01', 'd')`
      drop = ensurePartitions(sql, day)
      await tx`select pg_sleep(0.5)`
      // Behind a waiting ACCESS EXCLUSIVE lock this would pend as long as that does.
      await tx`insert into pemhistory.plain (instance_id, collected_at, database) values (1, '2026-03-01', 'e')`
    })
    await drop
    expect(await sql`select count(*) from pemhistory.plain_20260301`).toEqual([{ count: 2 }])
  })
})

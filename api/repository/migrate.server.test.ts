import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { probes } from '@trunkline/probes'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../deploy/test/database.ts'
import { checkRepository } from './check-repository.ts'
import { connectRepository, type Sql } from './connection/connect-repository.ts'
import { migrate } from './migrate.ts'
import { ensurePartitions } from './partitions.ts'
import { syncProbeTables } from './sync-probe-tables.ts'

let database: TestDatabase
let folder: string
const opened: Sql[] = []

beforeEach(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'trunkline-migrations-'))
})

afterEach(async () => {
  await Promise.all(opened.splice(0).map((sql) => sql.end()))
  await database[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

function connect(): Sql {
  const sql = connectRepository({
    url: database.url,
    max: 2,
    deadlineMs: 30_000,
    applicationName: 'test',
  })
  opened.push(sql)
  return sql
}

const from = () => pathToFileURL(`${folder}/`)
const put = (name: string, text: string) => writeFile(join(folder, name), text)

test('eight that start at once: each file is applied once, and all end with the same tables', async () => {
  const applied = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const sql = connect()
      await checkRepository(sql)
      const names = await migrate(sql)
      await syncProbeTables(sql, probes)
      await ensurePartitions(sql, new Date())
      return names
    }),
  )
  expect(applied.filter((names) => names.length > 0)).toHaveLength(1)
  const [row] = await connect()`
    select (select count(*) from pem.migration) as files,
           (select count(*) from pg_tables where schemaname = 'pemdata') as newest,
           (select count(*) from pg_inherits) as partitions`
  const count = Object.keys(probes).length
  // One default partition and three days a table; `alert`, `agent` and `probe_run` are not of probes.
  expect(row).toEqual({
    files: applied.flat().length,
    newest: count + 3,
    partitions: expect.any(Number),
  })
})

test('a file is applied with what it records, or not at all', async () => {
  const sql = connect()
  await put('0001-a.sql', 'create table a (n int); create table b (n int);')
  await put('0002-b.sql', 'create table c (n int); select 1 / 0;')
  await expect(migrate(sql, from())).rejects.toThrow(
    'migration 0002-b.sql failed: division by zero',
  )
  expect(await sql`select to_regclass('b') is not null as b, to_regclass('c') as c`).toEqual([
    { b: true, c: null },
  ])
  await put('0002-b.sql', 'create table c (n int);')
  expect(await migrate(sql, from())).toEqual(['0002-b.sql'])
  expect(await migrate(sql, from())).toEqual([])
})

test('a file may ask to run outside a transaction', async () => {
  const sql = connect()
  await put('0001-a.sql', 'create table a (n int);')
  await put(
    '0002-b.sql',
    '-- no-transaction\ncreate index concurrently if not exists a_n on a (n);',
  )
  expect(await migrate(sql, from())).toEqual(['0001-a.sql', '0002-b.sql'])
})

test('a file changed after it was applied is refused, and nothing happens', async () => {
  const sql = connect()
  await put('0001-a.sql', 'create table a (n int);')
  await migrate(sql, from())
  await put('0001-a.sql', 'create table a (n bigint);')
  await put('0002-b.sql', 'create table b (n int);')
  await expect(migrate(sql, from())).rejects.toThrow(
    'migration 0001-a.sql was changed after it was applied',
  )
  expect(await sql`select to_regclass('b') as b`).toEqual([{ b: null }])
})

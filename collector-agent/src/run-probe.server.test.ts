import type postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { probes, type Probe } from '@trunkline/probes'
import { connectAs } from '../../deploy/test/monitored.ts'
import { startPostgres, type TestPostgres } from '../../deploy/test/postgres.ts'
import { rowsOf } from './columnar.ts'
import { isAtLeast } from './instances/extension.ts'
import { createInstance, type Instance } from './instances/instance.ts'
import { appliesTo } from './run-probe.ts'

let server: TestPostgres
let admin: postgres.Sql
let instance: Instance
beforeAll(async () => {
  server = await startPostgres()
  admin = connectAs(server, 'postgres')
  await admin`create role monitor login password 'test' in role pg_monitor connection limit 3`
  const name = `odd "<script>"\n😀`
  await admin`create database ${admin(name)}`
  await admin`create database bytes encoding 'SQL_ASCII' locale 'C' template template0`
  await admin`create database closed`
  await admin`revoke connect on database closed from public`
  const connection = {
    address: '127.0.0.1',
    port: server.port,
    database: 'postgres',
    user: 'monitor',
    password: 'test',
    sslmode: 'disable' as const,
  }
  instance = createInstance({ id: 1, name: 'shop', connection, actor: null }, () => undefined)
  await instance.checkLiveness(probes.instance)
})
afterAll(async () => {
  await instance[Symbol.asyncDispose]()
  await admin.end({ timeout: 5 })
  await server[Symbol.asyncDispose]()
})

const probe = (sql: string, change: Partial<Probe> = {}): Probe => ({
  summary: 'x',
  scope: 'instance',
  role: 'any',
  every: '10s',
  timeout: '2s',
  retention: '1d',
  maxRows: 100,
  sql: { 13: sql },
  labels: { name: 'x.name' },
  metrics: {},
  ...change,
})
const run = (sql: string, change?: Partial<Probe>) => instance.run('test', probe(sql, change))
async function names(sql: string, change?: Partial<Probe>) {
  const outcome = await run(sql, change)
  return outcome?.kind === 'rows' ? rowsOf(outcome.sample).map((row) => row['name']) : outcome
}

describe('a probe', () => {
  test('beyond its row limit is cut, and says by how much', async () => {
    const outcome = await run(`select n::text as name from generate_series(1, 250) n`)
    expect(outcome).toMatchObject({ kind: 'rows', sample: { rowCount: 100, cutRows: 150 } })
  })

  test('runs once in every database that lets us in, whatever its name', async () => {
    const sql = `select current_database()::text as name`
    expect(await names(sql, { scope: 'database' })).toEqual([
      'bytes',
      `odd "<script>"\n😀`,
      'postgres',
    ])
  })

  test('brings bytes that are no text as replaced characters, and the session lives on', async () => {
    const sql = `select case when current_database() = 'bytes' then 'caf' || chr(233) || '!' else 'café!' end as name`
    expect(await names(sql, { scope: 'database' })).toEqual(['caf�!', 'café!', 'café!'])
  })

  test('that takes too long, waits for a lock or is wrong fails by itself', async () => {
    expect(await run('select pg_sleep(30)::text as name', { timeout: '300ms' })).toMatchObject({
      kind: 'failed',
      failure: { sqlstate: '57014' },
    })
    await admin`create table hot (name text)`
    await admin`grant select on hot to monitor`
    await admin`begin`
    await admin`lock table hot in access exclusive mode`
    expect(await run('select name from public.hot')).toMatchObject({
      kind: 'failed',
      failure: { sqlstate: '55P03' },
    })
    await admin`rollback`
    expect(await run('select nonsense')).toMatchObject({
      kind: 'failed',
      failure: { sqlstate: '42703' },
    })
    expect(await names(`select 'fine' as name`)).toEqual(['fine'])
  })

  test('of an extension rests where the extension is not there, or too old', async () => {
    const ask = (atLeast: string) =>
      names(`select 'there' as name`, { extension: { name: 'plpgsql', atLeast } })
    expect(await ask('1.0')).toEqual(['there'])
    expect(await ask('99')).toBeUndefined()
    expect(isAtLeast('1.10', '1.9')).toBe(true)
    expect(isAtLeast('1.2', '1.10')).toBe(false)
    expect(isAtLeast('2', '1.9.9')).toBe(true)
  })

  test('of the other role, or for older servers only, is not run', () => {
    const on = (change: Partial<Probe>) =>
      appliesTo(probe('select', change), { major: 18, inRecovery: false })
    expect(on({})).toBe(true)
    expect(on({ role: 'primary' })).toBe(true)
    expect(on({ role: 'standby' })).toBe(false)
    expect(on({ sql: { 13: 'select', 17: null } })).toBe(false)
  })
})

test('every probe that ships runs, as a member of pg_monitor and nothing else', async () => {
  for (const [name, shipped] of Object.entries<Probe>(probes)) {
    if (shipped.scope === 'host' || shipped.reader === 'liveness') continue
    const outcome = await instance.run(name, shipped)
    const isForUs = appliesTo(shipped, { major: 18, inRecovery: false })
    expect([name, outcome?.kind]).toEqual([name, isForUs ? 'rows' : undefined])
  }
})

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { describe, expect, test } from 'vitest'
import {
  connectAs,
  createMonitor,
  monitorRole,
  runProbe,
  urlFor,
} from '../deploy/test/monitored.ts'
import {
  installCommand,
  postgresMajors,
  startPostgres,
  type TestPostgres,
} from '../deploy/test/postgres.ts'
import { sendRawQuery } from '../deploy/test/raw-query.ts'
import { blocking } from './blocking.ts'
import { connections } from './connections.ts'
import { sqlFor } from './probe.ts'
import { sessions } from './sessions.ts'

async function start(major: TestPostgres['major']): Promise<TestPostgres> {
  const server = await startPostgres({ major, settings: { track_activity_query_size: '16384' } })
  await createMonitor(server)
  return server
}

describe.for(postgresMajors())('PostgreSQL %i', (major) => {
  test('shows what holds a transaction, not what is merely idle', async () => {
    await using server = await start(major)
    const [idle, holder, runner] = ['postgres', 'postgres', 'postgres'].map((user) =>
      connectAs(server, user),
    )
    if (!idle || !holder || !runner) throw new Error('three sessions')
    await idle`select 1`
    await holder.unsafe('begin; create table t (id int)')
    const long = runner.unsafe(`select pg_sleep(60) /* ${'ü'.repeat(6_000)} */`)
    long.catch(() => undefined)

    await expect
      .poll(async () => (await runProbe(server, sessions)).length, { timeout: 10_000 })
      .toBe(2)
    const rows = await runProbe(server, sessions)
    const [held] = rows
    expect(held).toMatchObject({
      state: 'idle in transaction',
      database: 'postgres',
      user_name: 'postgres',
      application_name: 'test/postgres',
      client_address: '127.0.0.1',
      backend_type: 'client backend',
      query: 'begin; create table t (id int)',
      blocked: false,
    })
    expect(held?.['idle_seconds']).toBeGreaterThan(0)
    expect(held?.['transaction_seconds']).toBeGreaterThanOrEqual(held?.['idle_seconds'])
    expect(rows[1]).toMatchObject({ state: 'active', wait_event: 'PgSleep', idle_seconds: 0 })
    expect(rows[1]?.['query']).toHaveLength(1_000)

    const counts = await runProbe(server, connections)
    const idleInTransaction = counts.find((row) => row['state'] === 'idle in transaction')
    expect(idleInTransaction).toMatchObject({ database: 'postgres', count: 1, blocked: 0 })
    await Promise.all([idle, holder, runner].map((sql) => sql.end({ timeout: 0 })))
  })
})

// The one text that `left` trips over: a session's query in another encoding that ends within a character.
describe.for([13, 18] as const)('bytes that are no UTF-8, on PostgreSQL %i', (major) => {
  test.skipIf(!postgresMajors().includes(major) && !process.env['CI'])(
    `are shown by every database, and kill neither the query nor the connection (else: ${installCommand})`,
    async () => {
      await using server = await start(major)
      const admin = connectAs(server, 'postgres')
      await admin.unsafe(`create database raw encoding 'SQL_ASCII' locale 'C' template template0`)
      trust(server)
      await admin`select pg_reload_conf()`
      const query = Buffer.concat([
        Buffer.from('select pg_sleep(60) -- caf'),
        Buffer.from([0xff, 0x41, 0xe9]),
      ])
      const socket = await sendRawQuery(server.port, { user: 'postgres', database: 'raw', query })
      await expect
        .poll(() => admin`select from pg_stat_activity where wait_event = 'PgSleep'`)
        .toHaveLength(1)

      const [seen] = await runProbe(server, sessions)
      expect(seen?.['query']).toBe('select pg_sleep(60) -- caf\uFFFDA\uFFFD')
      expect(await runProbe(server, blocking)).toEqual([])

      // A SQL_ASCII database checks what it sends as UTF8 and refuses; asked for bytes, it sends them.
      const sql = postgres(urlFor(server, monitorRole, 'raw'), { max: 1 })
      const text = sqlFor(sessions, major) ?? ''
      await expect(sql.unsafe(text)).rejects.toMatchObject({ code: '22021' })
      await sql`set client_encoding to SQL_ASCII`
      const [again] = await sql.unsafe(text)
      expect(again?.['query']).toBe('select pg_sleep(60) -- caf\uFFFDA\uFFFD')
      await sql.end({ timeout: 5 })
      socket.destroy()
      await admin.end({ timeout: 0 })
    },
  )
})

function trust(server: TestPostgres): void {
  const file = join(server.dataDir, 'pg_hba.conf')
  const rules = readFileSync(file, 'utf8')
  writeFileSync(file, `host raw postgres 127.0.0.1/32 trust\n${rules}`)
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { Sql } from 'postgres'
import { describe, expect, test } from 'vitest'
import { connectAs, createMonitor, runProbe } from '../deploy/test/monitored.ts'
import { postgresMajors, startPostgres, type TestPostgres } from '../deploy/test/postgres.ts'
import { blocking } from './blocking.ts'

interface Session {
  pid: number
  /** Sends a statement that will wait. */
  send(text: string): void
  /** Runs a statement to its end. */
  run(text: string): Promise<void>
}

/** Sessions of one test, all closed at its end. */
async function openSessions(server: TestPostgres) {
  const opened: Sql[] = []
  return {
    async open(): Promise<Session> {
      const sql = connectAs(server, 'postgres')
      opened.push(sql)
      const [row] = await sql`select pg_backend_pid() as pid`
      return {
        pid: row?.['pid'],
        send: (text) => void sql.unsafe(text).then(undefined, () => undefined),
        run: async (text) => void (await sql.unsafe(text)),
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(opened.map((sql) => sql.end({ timeout: 0 })))
    },
  }
}

async function start(major: TestPostgres['major']): Promise<TestPostgres> {
  const server = await startPostgres({ major, settings: { max_prepared_transactions: '5' } })
  await createMonitor(server)
  const sql = connectAs(server, 'postgres')
  await sql`create table t as select i as id, 0 as n from generate_series(1, 10) i`
  await sql.end({ timeout: 5 })
  return server
}

async function untilEdges(server: TestPostgres, count: number) {
  await expect
    .poll(async () => (await runProbe(server, blocking)).length, { timeout: 10_000 })
    .toBe(count)
  return runProbe(server, blocking)
}

describe.for(postgresMajors())('PostgreSQL %i', (major) => {
  test('names the root of every chain: a session idle in its transaction', async () => {
    await using server = await start(major)
    await using sessions = await openSessions(server)
    const [root, middle, last, ddl, reader] = await Promise.all(
      Array.from({ length: 5 }, () => sessions.open()),
    )
    if (!root || !middle || !last || !ddl || !reader) throw new Error('five sessions')
    await root.run('begin; update t set n = 1 where id = 1')
    await middle.run('begin; update t set n = 1 where id = 2')
    middle.send('update t set n = 2 where id = 1')
    await untilEdges(server, 1)
    last.send('update t set n = 3 where id = 2')
    await untilEdges(server, 2)
    ddl.send('alter table t add column late int')
    await untilEdges(server, 3)
    reader.send('select * from t')
    const edges = await untilEdges(server, 4)

    const pairs = edges.map((edge) => `${edge['waiter_pid']} waits for ${edge['blocker_pid']}`)
    expect(new Set(pairs)).toEqual(
      new Set([
        `${middle.pid} waits for ${root.pid}`,
        `${last.pid} waits for ${middle.pid}`,
        `${ddl.pid} waits for ${root.pid}`,
        `${reader.pid} waits for ${ddl.pid}`,
      ]),
    )
    expect(new Set(edges.map((edge) => Number(edge['root_pid'])))).toEqual(new Set([root.pid]))
    const first = edges.find((edge) => Number(edge['waiter_pid']) === middle.pid)
    expect(first).toMatchObject({
      lock_type: 'transactionid',
      relation: 'public.t',
      database: 'postgres',
      waiter_query: 'update t set n = 2 where id = 1',
      waiter_user: 'postgres',
      waiter_application: 'test/postgres',
      blocker_state: 'idle in transaction',
      blocker_query: 'begin; update t set n = 1 where id = 1',
    })
    expect(first?.['root_backend_start']).toEqual(first?.['blocker_backend_start'])
    expect(first?.['waited_seconds']).toBeGreaterThan(0)
    expect(first?.['blocker_idle_seconds']).toBeGreaterThanOrEqual(first?.['waited_seconds'])
    const waiting = edges.find((edge) => Number(edge['waiter_pid']) === reader.pid)
    expect(waiting).toMatchObject({
      lock_type: 'relation',
      mode: 'AccessShareLock',
      relation: 'public.t',
    })
  })

  test('a queue of many has one edge for each waiter', async () => {
    await using server = await start(major)
    await using sessions = await openSessions(server)
    const root = await sessions.open()
    await root.run('begin; lock table t')
    for (let place = 1; place <= 30; place++) {
      const waiter = await sessions.open()
      waiter.send('update t set n = n + 1 where id = 3')
    }
    const edges = await untilEdges(server, 30)
    expect(new Set(edges.map((edge) => Number(edge['root_pid'])))).toEqual(new Set([root.pid]))
  })
})

test('a prepared transaction blocks as pid 0, and a waiter in another database keeps its relation as a number', async () => {
  await using server = await start(18)
  const url = await server.createDatabase('shop')
  const sql = connectAs({ url }, 'postgres')
  await sql`create table orders as select 1 as id`
  await sql.unsafe(`begin; update orders set id = 2; prepare transaction 'forgotten'`)
  await sql.end({ timeout: 5 })
  await using sessions = await openSessions({ ...server, url })
  const waiter = await sessions.open()
  waiter.send('update orders set id = 3')
  const [edge] = await untilEdges(server, 1)
  expect(edge).toMatchObject({
    blocker_pid: '0',
    root_pid: '0',
    blocker_state: 'prepared transaction',
    database: 'shop',
  })
  expect(edge?.['relation']).toMatch(/^relation \d+$/)
})

test('without waiters there are no edges, whoever holds what', async () => {
  await using server = await start(18)
  await using sessions = await openSessions(server)
  await (await sessions.open()).run('begin; lock table t')
  await sleep(50)
  expect(await runProbe(server, blocking)).toEqual([])
})

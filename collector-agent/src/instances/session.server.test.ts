import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '@trunkline/api/agent-client'
import { startPostgres, type TestPostgres } from '../../../deploy/test/postgres.ts'
import { startProxy } from '../../../deploy/test/proxy.ts'
import { downStateOf, sqlstateOf } from './failure.ts'
import { DeadlineError, openSession, type Row, type Session } from './session.ts'

let server: TestPostgres
let connection: Connection
beforeAll(async () => {
  server = await startPostgres({ settings: { max_connections: '10' } })
  connection = {
    address: '127.0.0.1',
    port: server.port,
    database: 'postgres',
    user: 'postgres',
    password: 'test',
    sslmode: 'prefer',
  }
})
afterAll(() => server[Symbol.asyncDispose]())

const open = (change: Partial<Connection> = {}, deadlineMs = 5_000) =>
  openSession({ connection: { ...connection, ...change }, applicationName: 'test', deadlineMs })

async function rows(session: Session, text: string, deadlineMs = 5_000): Promise<Row[]> {
  const found: Row[] = []
  await session.query(text, { deadlineMs, onRow: (row) => found.push(row) })
  return found
}

/** What opening threw. */
async function failing(change: Partial<Connection>, deadlineMs?: number): Promise<unknown> {
  return open(change, deadlineMs).then(
    async (session) => {
      await session[Symbol.asyncDispose]()
      throw new Error('it opened')
    },
    (error: unknown) => error,
  )
}

describe('a session', () => {
  test('has our settings, whatever the role says', async () => {
    {
      await using admin = await open()
      admin.set({ default_transaction_read_only: 'off' })
      for (const setting of [
        'search_path = evil, public',
        "datestyle = 'SQL, DMY'",
        "timezone = 'Asia/Tokyo'",
        'statement_timeout = 0',
        'default_transaction_read_only = off',
      ])
        await rows(admin, `alter role postgres set ${setting}`)
    }
    await using session = await open()
    expect(
      await rows(
        session,
        `select current_setting('search_path') as path, timestamptz '2026-01-02 03:04:05.678901+09' as at,
                9007199254740993::int8 > 0 as bigger, 5::int8 as eight, 'NaN'::float8 as nan,
                current_setting('lock_timeout') as lock, current_setting('default_transaction_read_only') as read_only`,
      ),
    ).toEqual([
      {
        path: 'pg_catalog',
        at: '2026-01-01T18:04:05.678901Z',
        bigger: true,
        eight: 5,
        nan: Number.NaN,
        lock: '300ms',
        read_only: 'on',
      },
    ])
    await using admin = await open()
    admin.set({ default_transaction_read_only: 'off' })
    await rows(admin, 'alter role postgres reset all')
  })

  test('cannot write', async () => {
    await using session = await open()
    const refusal = await rows(session, 'create table t ()').catch((error: unknown) => error)
    expect(sqlstateOf(refusal)).toBe('25006')
  })

  test('binds parameters without losing microseconds', async () => {
    await using session = await open()
    const found: Row[] = []
    await session.query('select $1::timestamptz as at, $2::int as n, $3::text as t', {
      deadlineMs: 5_000,
      parameters: ['2026-01-01T00:00:00.123456Z', 7, `'; drop table x; --`],
      onRow: (row) => found.push(row),
    })
    expect(found).toEqual([{ at: '2026-01-01T00:00:00.123456Z', n: 7, t: `'; drop table x; --` }])
  })

  test('tells when the server is killed, and does not come back by itself', async () => {
    const lost = Promise.withResolvers<void>()
    const session = await openSession({
      connection,
      applicationName: 'test',
      deadlineMs: 5_000,
      onClose: lost.resolve,
    })
    await server.kill()
    await lost.promise
    expect(session.isOpen).toBe(false)
    expect(downStateOf(await rows(session, 'select 1').catch((error: unknown) => error))).toBe(
      'down',
    )
    expect(downStateOf(await failing({}))).toBe('down')
    await server.start()
  })
})

describe('on a half-open path', () => {
  test('every statement and every opening ends by its deadline', async () => {
    await using proxy = await startProxy({ to: server.port })
    await using session = await open({ port: proxy.port })
    proxy.set('half-open')
    const startedAt = performance.now()
    const asked = rows(session, 'select 1', 400).catch((error: unknown) => error)
    const opened = failing({ port: proxy.port }, 400)
    expect(await asked).toBeInstanceOf(DeadlineError)
    expect(await opened).toBeInstanceOf(DeadlineError)
    expect(session.isOpen).toBe(false)
    expect(downStateOf(await opened)).toBe('unreachable')
    expect(performance.now() - startedAt).toBeLessThan(1_400)
  })

  test('with TLS asked for, too', async () => {
    await using proxy = await startProxy({ to: server.port, mode: 'half-open' })
    const error = await failing({ port: proxy.port, sslmode: 'require' }, 300)
    expect(error).toBeInstanceOf(DeadlineError)
  })
})

describe('what a refusal means', () => {
  test.each<[string, Partial<Connection>, string, string | null]>([
    ['a wrong password', { password: 'wrong' }, 'refused', '28P01'],
    ['no such role', { user: 'nobody_here' }, 'refused', '28P01'],
    ['no such database', { database: 'nope' }, 'refused', '3D000'],
    ['nobody listening', { port: 1 }, 'down', null],
    ['no such host', { address: 'no-such-host.invalid' }, 'unreachable', null],
  ])('%s', async (_, ...[change, state, sqlstate]) => {
    const error = await failing(change)
    expect(downStateOf(error)).toBe(state)
    expect(sqlstateOf(error)).toBe(sqlstate)
  })

  test('no slot left', async () => {
    await using stack = new AsyncDisposableStack()
    await using admin = await open()
    admin.set({ default_transaction_read_only: 'off' })
    await rows(admin, "create role plain login password 'test'")
    let error: unknown
    for (let count = 0; count < 12 && error === undefined; count += 1) {
      await open({ user: 'plain' }).then(
        (session) => stack.use(session),
        (failure: unknown) => (error = failure),
      )
    }
    expect(downStateOf(error)).toBe('no_slots')
  })
})

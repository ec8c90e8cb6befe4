import { once } from 'node:events'
import { type AddressInfo, connect as connectTcp, createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../deploy/test/database.ts'
import { startProxy, type TestProxy } from '../../../deploy/test/proxy.ts'
import { connectRepository, type Sql } from './connect-repository.ts'
import { isRepositoryUnavailable } from './unavailable.ts'

const deadlineMs = 1_000
let database: TestDatabase
let proxy: TestProxy
let sql: Sql

beforeAll(async () => {
  database = await createTestDatabase()
  proxy = await startProxy({ to: Number(new URL(database.url).port) })
})

afterAll(async () => {
  await proxy[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

beforeEach(() => {
  proxy.set('pass')
  sql = connect({})
  return () => sql.end()
})

interface Options {
  max?: number
  deadlineMs?: number
  port?: number
  user?: string
}

function connect({ port, user, ...options }: Options): Sql {
  const url = new URL(database.url)
  if (user) Object.assign(url, { username: user, password: 'x' })
  url.port = String(port ?? proxy.port)
  return connectRepository({
    url: url.href,
    max: 3,
    deadlineMs,
    applicationName: 'test',
    ...options,
  })
}

/** Passes a connection on until the server has answered that many bytes, then resets it. */
async function cutAfter(
  bytes: number,
): Promise<AsyncDisposable & { port: number; sent: () => string }> {
  const target = { host: '127.0.0.1', port: Number(new URL(database.url).port) }
  let sent = ''
  const server = createServer((client) => {
    const upstream = connectTcp(target)
    let left = bytes
    client.on('error', () => undefined).on('close', () => upstream.destroy())
    upstream.on('error', () => undefined).on('close', () => client.destroy())
    client.on('data', (piece) => {
      sent += piece.toString('latin1')
      upstream.write(piece)
    })
    upstream.on('data', (piece) => {
      client.write(piece.subarray(0, left))
      left -= piece.length
      if (left <= 0) setImmediate(() => client.resetAndDestroy())
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port, // listening on TCP it has one
    sent: () => sent,
    [Symbol.asyncDispose]: async () => void (await once(server.close(), 'close')),
  }
}

/** How long it pended, and that it failed as something to try again later. */
async function timeToFail(work: Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(Error)
  expect(isRepositoryUnavailable(error), String(error)).toBe(true)
  return performance.now() - startedAt
}

describe('when the other end vanishes without a word', () => {
  test('no query pends past its deadline and a second', async () => {
    await Promise.all([sql`select pg_sleep(0.1)`, sql`select pg_sleep(0.1)`])
    proxy.set('half-open')
    // More than there are connections: two on open ones, one connecting, the others waiting for one.
    const times = await Promise.all(Array.from({ length: 20 }, () => timeToFail(sql`select 1`)))
    expect(Math.max(...times)).toBeLessThan(deadlineMs + 1_000)
  })

  test('nor one inside a transaction, nor one that begins one', async () => {
    const inside = sql.begin(async (tx) => {
      await tx`select 1`
      proxy.set('half-open')
      expect(await timeToFail(tx`select 2`)).toBeLessThan(deadlineMs + 1_000)
      await tx`select 3`
    })
    expect(await timeToFail(inside)).toBeLessThan(2 * deadlineMs + 1_000)
    expect(await timeToFail(sql.begin((tx) => tx`select 1`))).toBeLessThan(deadlineMs + 1_000)
  })

  test('the pool heals by itself, and the server keeps no connection of ours', async () => {
    await sql`select 1`
    proxy.set('half-open')
    await timeToFail(sql`select 1`)
    proxy.set('pass')
    expect(await Promise.all([1, 2, 3, 4].map((n) => sql`select ${n}::int as n`))).toHaveLength(4)
    await sql.end()
    proxy.set('drop')
    proxy.set('pass')
    sql = connect({ max: 1 })
    const mine = sql`select count(*) from pg_stat_activity where datname = current_database() and application_name = 'test'`
    expect(await mine).toEqual([{ count: 1 }])
  })

  test('a listener finds out and listens again', async () => {
    const heard: string[] = []
    let times = 0
    await sql.listen(
      'news',
      (payload) => heard.push(payload),
      () => (times += 1),
    )
    expect(times).toBe(1)
    proxy.set('half-open')
    // Its ping and its deadline: well within 30 s.
    await pause(11_000 + deadlineMs)
    proxy.set('pass')
    await expect.poll(() => times, { timeout: 15_000 }).toBe(2)
    await sql.notify('news', 'again')
    await expect.poll(() => heard).toEqual(['again'])
  })
})

describe('a slow query', () => {
  test('is given up by the server, and its connection lives', async () => {
    const one = connect({ max: 1 })
    const [before] = await one`select pg_backend_pid() as pid`
    await expect(one`select pg_sleep(5)`).rejects.toMatchObject({ code: '57014' })
    expect((await one`select pg_backend_pid() as pid`)[0]).toEqual(before)
    await one.end()
  })

  test('holds up those behind it, and does not fail them', async () => {
    const one = connect({ max: 1 })
    const slow = one`select pg_sleep(0.6)`
    await slow.execute()
    expect(await one`select 1 as n`).toEqual([{ n: 1 }])
    await one.end()
  })
})

describe('a lost connection', () => {
  test('takes its transaction with it: nothing of it runs on another', async () => {
    await sql`create table kept (says text)`
    const broken = sql.begin(async (tx) => {
      await tx`insert into kept values ('before')`
      await tx`select pg_terminate_backend(pg_backend_pid())`.catch(() => undefined)
      // With postgres.js alone this ends the process: it writes to a socket that is no more.
      await tx`insert into kept values ('after')`.catch(() => undefined)
    })
    await timeToFail(broken)
    await Promise.all([sql`select 1`, sql`select 1`, sql`select 1`])
    expect(await sql`select * from kept`).toEqual([])
  })

  test('is replaced: after a kill of all of them the next queries work', async () => {
    await Promise.all([1, 2, 3].map(() => sql`select pg_sleep(0.05)`))
    const admin = connect({ max: 1 })
    await admin`
      select pg_terminate_backend(pid) from pg_stat_activity
       where pid <> pg_backend_pid() and datname = current_database()`
    await pause(100)
    expect(await Promise.all([1, 2, 3].map((n) => sql`select ${n}::int as n`))).toHaveLength(3)
    await admin.end()
  })
})

test('a connection lost at any instant of its making fails its queries and nothing else', async () => {
  const unhandled: unknown[] = []
  const keep = (reason: unknown): void => void unhandled.push(reason)
  process.on('unhandledRejection', keep)
  let served = 0
  for (let bytes = 0; bytes < 5_000 && served === 0; bytes += 20) {
    await using cut = await cutAfter(bytes)
    const one = connect({ port: cut.port, max: 1 })
    const asked = [one`select 1`, one.begin((tx) => tx`select 2`)]
    const [outcome] = await Promise.allSettled(asked)
    if (outcome?.status === 'fulfilled') served += 1
    else expect(isRepositoryUnavailable(outcome?.reason), String(outcome?.reason)).toBe(true)
    await one.end()
  }
  await pause(10)
  process.off('unhandledRejection', keep)
  expect(unhandled).toEqual([])
  expect(served).toBe(1)
})

describe('transactions', () => {
  test('say everything once', async () => {
    await using wire = await cutAfter(Infinity)
    const one = connect({ port: wire.port, max: 1 })
    await one.begin(async (tx) => {
      await tx.savepoint((inner) => inner`select 1`)
    })
    await one.listen('news', () => undefined)
    await one.end()
    const said = wire.sent().match(/begin|savepoint|release|commit|listen/g)
    expect(said).toEqual(['begin', 'savepoint', 'release', 'savepoint', 'commit', 'listen'])
  })

  test('commit, roll back, and roll back to savepoints', async () => {
    await sql`create table t (n int)`
    await sql.begin(async (tx) => {
      await tx`insert into t values (1)`
      await tx.savepoint((inner) => inner`insert into t values ('x')`).catch(() => undefined)
      await tx.savepoint((inner) => inner`insert into t values (2)`)
    })
    const failed = sql.begin(async (tx) => {
      await tx`insert into t values (3)`
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    expect(await sql`select n from t order by n`).toEqual([{ n: 1 }, { n: 2 }])
  })

  test('take no query after their end', async () => {
    const leaked = await sql.begin(async (tx) => {
      await tx`select 1`
      return { tx }
    })
    await expect(leaked.tx`select 1`).rejects.toThrow('is over')
  })
})

test('values come as numbers and dates, and arrays and fragments go as with postgres.js', async () => {
  const [row] = await sql`
    select 9007199254740991::int8 as big, now() as at, ${sql.array([1, 2])}::int8[] as list,
           ${sql.json({ a: 1 })}::jsonb as json, ${sql`1 + 1`} as two, ${'x'} in ${sql(['x', 'y'])} as is_in`
  expect(row).toMatchObject({
    big: 9007199254740991,
    list: [1, 2],
    json: { a: 1 },
    two: 2,
    is_in: true,
  })
  expect(row?.['at']).toBeInstanceOf(Date)
})

test('a server that is read-only counts as away', async () => {
  const admin = connect({ max: 1 })
  const name = decodeURIComponent(new URL(database.url).pathname.slice(1))
  await admin.unsafe(`alter database "${name}" set default_transaction_read_only = on`)
  const other = connect({ max: 1 })
  await expect(other`select 1`).rejects.toThrow('read-only')
  await admin.unsafe(
    `begin read write; alter database "${name}" reset default_transaction_read_only; commit`,
  )
  expect(await other`select 1 as n`).toEqual([{ n: 1 }])
  await Promise.all([admin.end(), other.end()])
})

test('a connection that failed its first question is not used again', async () => {
  const admin = connect({ max: 1 })
  const name = `asks_${process.pid}`
  await admin.unsafe(`create role ${name} login password 'x'`)
  await admin.unsafe('revoke execute on function pg_is_in_recovery from public')
  const one = connect({ user: name, max: 1 })
  await expect(one`select 1`).rejects.toThrow('permission denied')
  await admin.unsafe('grant execute on function pg_is_in_recovery to public')
  expect(await one`select 1 as n`).toEqual([{ n: 1 }])
  await one.end()
  await admin.unsafe(`drop role ${name}`)
  await admin.end()
})

test('says who cannot be reached, at once', async () => {
  const nobody = connectRepository({
    url: 'postgres://a@127.0.0.1:1/b',
    max: 1,
    deadlineMs,
    applicationName: 'test',
  })
  for (let n = 0; n < 3; n += 1)
    await expect(nobody`select 1`).rejects.toThrow('cannot be reached: connect ECONNREFUSED')
  await nobody.end()
})

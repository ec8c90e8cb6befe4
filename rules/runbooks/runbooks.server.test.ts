import postgres from 'postgres'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { postgresMajors, startPostgres, type TestPostgres } from '../../deploy/test/postgres.ts'
import { cancelQuery } from './cancel-query.ts'
import { terminateSession } from './terminate-session.ts'

type Row = Record<string, unknown>
type Parameters = Record<string, string | number>

describe.for(postgresMajors())('PostgreSQL %i', (major) => {
  let server: TestPostgres
  let open: postgres.Sql[] = []
  const connect = (user: string, name = 'victim') => {
    const url = new URL(server.url)
    url.username = user
    const sql = postgres(url.href, {
      max: 1,
      onnotice: () => undefined,
      connection: { application_name: name },
    })
    open.push(sql)
    return sql
  }

  beforeEach(async () => {
    server = await startPostgres({ major })
    const admin = connect('postgres')
    for (const role of ['app', 'actor', 'blind', 'powerless']) {
      await admin.unsafe(`create role ${role} login password 'test'`)
    }
    await admin.unsafe('grant pg_signal_backend, pg_read_all_stats to actor')
    await admin.unsafe('grant pg_signal_backend to blind')
    await admin.unsafe('grant pg_read_all_stats to powerless')
  })
  afterEach(async () => {
    await Promise.all(open.map((sql) => sql.end({ timeout: 1 })))
    open = []
    await server[Symbol.asyncDispose]()
  })

  /** The session's identity, as the probes show it. */
  async function identity(victim: postgres.Sql): Promise<Parameters> {
    const [row] = await victim<{ pid: number; backend_start: string }[]>`
      select pid, backend_start::text from pg_stat_activity where pid = pg_backend_pid()`
    if (!row) throw new Error('no session')
    return { ...row }
  }

  /** As the agent binds: each `$name` becomes a numbered parameter. */
  async function run(user: string, statement: string, parameters: Parameters): Promise<Row[]> {
    const names = [
      ...new Set([...statement.matchAll(/\$([a-z_]+)/g)].map(([, name]) => name ?? '')),
    ]
    const text = names.reduce(
      (sql, name, at) => sql.replaceAll(`$${name}`, `$${at + 1}`),
      statement,
    )
    const values = names.map((name) => parameters[name] ?? null)
    return [...(await connect(user, 'actor').unsafe(text, values))]
  }

  const [terminate] = terminateSession.steps
  const [cancel] = cancelQuery.steps

  test('shows the victim with those it blocks, ends it, and cannot end it twice', async () => {
    const victim = connect('app', "Robert'); drop table students;--\n")
    const admin = connect('postgres')
    await admin`create table stock (n int)`
    await admin`grant all on stock to app`
    const parameters = await identity(victim)
    await victim`begin`
    await victim`lock table stock in share mode`
    const waiting = admin`insert into stock values (1)`
    waiting.catch(() => undefined)
    await expect
      .poll(
        async () => (await run('actor', terminate.preview, parameters))[0]?.['blocked_sessions'],
        {
          timeout: 10_000,
        },
      )
      .toBe(1)
    const [shown] = await run('actor', terminate.preview, parameters)
    expect(shown).toMatchObject({
      user_name: 'app',
      state: 'idle in transaction',
      query: 'lock table stock in share mode',
      problem: null,
    })

    const [done] = await run('actor', terminate.sql, parameters)
    expect(done).toMatchObject({ pid: parameters['pid'], done: true, problem: null })
    await waiting
    await expect
      .poll(() => run('actor', terminate.sql, parameters), { timeout: 10_000 })
      .toEqual([])
  })

  test('leaves a session alone that got the process id later', async () => {
    const victim = connect('app')
    const { pid } = await identity(victim)
    const earlier = { pid: pid ?? 0, backend_start: '2001-02-03 04:05:06.123456+00' }
    for (const step of [terminate, cancel]) {
      expect(await run('actor', step.preview, earlier)).toEqual([])
      expect(await run('actor', step.sql, earlier)).toEqual([])
    }
    expect(await identity(victim)).toMatchObject({ pid })
  })

  test('knows the session by a time cut to milliseconds, too', async () => {
    const parameters = await identity(connect('app'))
    const start = new Date(String(parameters['backend_start']))
    const cut = { ...parameters, backend_start: start.toISOString() }
    expect(await run('actor', terminate.preview, cut)).toHaveLength(1)
  })

  test('cancels the running query and leaves the session', async () => {
    const victim = connect('app')
    const parameters = await identity(victim)
    const query = victim`select pg_sleep(60)`
    query.catch(() => undefined)
    await expect
      .poll(async () => (await run('actor', cancel.preview, parameters))[0]?.['state'], {
        timeout: 10_000,
      })
      .toBe('active')
    expect(await run('actor', cancel.sql, parameters)).toMatchObject([{ done: true }])
    await expect(query).rejects.toThrow('canceling statement due to user request')
    expect(await identity(victim)).toEqual(parameters)
  })

  test('says that an idle session has nothing to cancel', async () => {
    const victim = connect('app')
    await victim`begin`
    const [row] = await run('actor', cancel.sql, await identity(victim))
    expect(row).toMatchObject({
      done: false,
      problem: 'The session is idle in transaction: it runs no query that could be cancelled.',
    })
  })

  test.for([
    ['blind', 'GRANT pg_read_all_stats TO blind;'],
    ['powerless', 'GRANT pg_signal_backend TO powerless;'],
  ])('as %s it says what to grant, and does nothing', async ([user = '', grant = '']) => {
    const victim = connect('app')
    const parameters = await identity(victim)
    for (const step of [terminate, cancel]) {
      const [shown] = await run(user, step.preview, parameters)
      const [done] = await run(user, step.sql, parameters)
      expect(shown?.['problem']).toContain(grant)
      expect(done).toMatchObject({ done: false, problem: shown?.['problem'] })
    }
    expect(await identity(victim)).toEqual(parameters)
  })

  test('does not touch superusers, background processes, or itself', async () => {
    const admin = connect('postgres')
    const [writer] = await admin<{ pid: number; backend_start: string }[]>`
      select pid, backend_start::text from pg_stat_activity where backend_type = 'checkpointer'`
    const agent = connect('app', 'trunkline_agent/sessions')
    const cases = [
      [await identity(admin), 'superuser postgres'],
      [{ ...writer }, 'is a checkpointer of the server'],
      [await identity(agent), 'a session of Trunkline itself'],
    ] as const
    for (const [parameters, problem] of cases) {
      const [row] = await run('actor', terminate.sql, parameters)
      expect(row?.['done']).toBe(false)
      expect(row?.['problem']).toContain(problem)
    }
    await identity(agent)
  })
})

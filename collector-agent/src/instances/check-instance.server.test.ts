import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '@trunkline/api/agent-client'
import { connectAs } from '../../../deploy/test/monitored.ts'
import { startPostgres, type TestPostgres } from '../../../deploy/test/postgres.ts'
import { checkInstance } from './check-instance.ts'

let server: TestPostgres
beforeAll(async () => {
  server = await startPostgres()
  const sql = connectAs(server, 'postgres')
  await sql.unsafe(`
    create role monitor login password 'test' in role pg_monitor;
    create role "Odd ""one" login password 'test';
    create role narrow login password 'test' in role pg_monitor connection limit 2`)
  await sql`create database closed`
  await sql`revoke connect on database closed from public`
  await sql.end({ timeout: 5 })
})
afterAll(() => server[Symbol.asyncDispose]())

const check = (change: Partial<Connection>) =>
  checkInstance({
    address: '127.0.0.1',
    port: server.port,
    database: 'postgres',
    user: 'monitor',
    password: 'test',
    sslmode: 'prefer',
    ...change,
  })

test('a member of pg_monitor is all that is needed', async () => {
  const { ok, problems, serverVersion, systemIdentifier } = await check({})
  expect({ ok, problems }).toEqual({ ok: true, problems: [] })
  expect(serverVersion).toMatch(/^18/)
  expect(systemIdentifier).toMatch(/^\d{10,}$/)
})

test.each<[string, Partial<Connection>, RegExp, string | RegExp | null]>([
  [
    'no grant',
    { user: 'Odd "one' },
    /is not a member of pg_monitor\.$/,
    'GRANT pg_monitor TO "Odd ""one";',
  ],
  [
    'too few connections',
    { user: 'narrow' },
    /only 2 connections/,
    'ALTER ROLE narrow CONNECTION LIMIT 3;',
  ],
  [
    'wrong password',
    { password: 'no' },
    /^The password for the role monitor is wrong/,
    /ALTER ROLE/,
  ],
  ['no password', { password: null }, /^The server wants a password/, /ALTER ROLE/],
  [
    'no database',
    { database: 'nope' },
    /^The database nope does not exist\.$/,
    /^CREATE DATABASE nope;/,
  ],
  [
    'no right to connect',
    { database: 'closed' },
    /may not connect to the database closed/,
    'GRANT CONNECT ON DATABASE closed TO monitor;',
  ],
  [
    'nobody there',
    { port: 1 },
    /^PostgreSQL is not listening on 127\.0\.0\.1:1\.$/,
    /listen_addresses/,
  ],
  ['no such host', { address: 'no-such-host.invalid' }, /finds no address/, null],
])('%s is told in a sentence, with what mends it', async (_, ...[change, problem, mend]) => {
  const answer = await check(change)
  expect(answer.ok).toBe(false)
  expect(answer.problems).toHaveLength(1)
  expect(answer.problems[0]?.problem).toMatch(problem)
  if (mend === null) expect(answer.problems[0]?.mend).toBeNull()
  else expect(answer.problems[0]?.mend).toMatch(mend)
})

test('a superuser is advised against, not refused', async () => {
  const { ok, problems } = await check({ user: 'postgres' })
  expect(ok).toBe(true)
  expect(problems[0]?.problem).toContain('superuser')
})

import 'reflect-metadata'
import { writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { X509CertificateGenerator } from '@peculiar/x509'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '@trunkline/api/agent-client'
import { runAsServerUser } from '../../../deploy/test/data-folder.ts'
import { connectAs } from '../../../deploy/test/monitored.ts'
import { startPostgres, type TestPostgres } from '../../../deploy/test/postgres.ts'
import { checkInstance } from './check-instance.ts'
import { startOtherVersion } from './other-version.fake.ts'

let server: TestPostgres
beforeAll(async () => {
  server = await startPostgres()
  const sql = connectAs(server, 'postgres')
  await sql.unsafe(`
    create role monitor login password 'test' in role pg_monitor;
    create role "Odd ""one" login password 'test';
    create role narrow login password 'test' in role pg_monitor connection limit 2;
    create role sleeper nologin password 'test' in role pg_monitor;
    create role actor login password 'test' in role pg_signal_backend, pg_read_all_stats;
    create role "Half actor" login password 'test' in role pg_signal_backend;
    create role idler login password 'test'`)
  await sql`create database closed`
  await sql`revoke connect on database closed from public`
  await sql.end({ timeout: 5 })
})
afterAll(() => server[Symbol.asyncDispose]())

const check = (change: Partial<Connection>, actor: Actor | null = null) => {
  const connection = {
    address: '127.0.0.1',
    port: server.port,
    database: 'postgres',
    user: 'monitor',
    password: 'test',
    sslmode: 'prefer' as const,
    ...change,
  }
  return checkInstance({ connection, actor })
}

interface Actor {
  user: string
  password: string | null
}

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
  [
    'a role that may not log in',
    { user: 'sleeper' },
    /^The role sleeper may not log in\.$/,
    'ALTER ROLE sleeper LOGIN;',
  ],
  [
    'a server without TLS',
    { sslmode: 'require' },
    /^PostgreSQL on 127\.0\.0\.1:\d+ speaks no TLS, and sslmode=require wants it\.$/,
    /^Set ssl = on in postgresql\.conf .*\?sslmode=prefer/,
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

test.each([
  ['that greets', (socket: Socket) => void socket.write('SSH-2.0-OpenSSH_9.2p1\r\n')],
  ['that resets', (socket: Socket) => void socket.resetAndDestroy()],
  [
    'that answers a web page',
    (socket: Socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  ],
])('a port %s is told to be no PostgreSQL', async (_, greet) => {
  const stranger = createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => greet(socket))
  })
  await new Promise<void>((done) => stranger.listen(0, '127.0.0.1', done))
  const { port } = stranger.address() as AddressInfo
  const { ok, problems } = await check({ port })
  stranger.close()
  expect({ ok, problems }).toEqual({
    ok: false,
    problems: [
      {
        problem: `What answers on 127.0.0.1:${port} is no PostgreSQL.`,
        mend: "Name PostgreSQL's port: SHOW port; there.",
      },
    ],
  })
})

test('where everybody is let in, a role that does not exist is told as such', async () => {
  await using trusting = await startPostgres()
  const hba = `${trusting.dataDir}/pg_hba.conf`
  await writeFile(hba, 'host all all 127.0.0.1/32 trust\n')
  const sql = connectAs(trusting, 'postgres')
  await sql`select pg_reload_conf()`
  await sql.end({ timeout: 5 })
  await expect
    .poll(async () => (await check({ port: trusting.port, user: 'nobody' })).problems[0])
    .toEqual({
      problem: 'There is no role nobody.',
      mend: "CREATE ROLE nobody LOGIN PASSWORD '…';",
    })
})

test('a certificate that cannot be verified is told as that, and taken where nobody asks to verify it', async () => {
  await using secured = await startPostgres()
  const { dataDir, port } = secured
  const { key, certificate } = await selfSigned('elsewhere')
  for (const [name, text] of Object.entries({ 'server.key': key, 'server.crt': certificate }))
    runAsServerUser('sh', ['-c', 'umask 077; printf %s "$1" > "$0"', `${dataDir}/${name}`, text])
  const sql = connectAs(secured, 'postgres')
  await sql`alter system set ssl = on`
  await sql.end({ timeout: 5 })
  await secured.stop()
  await secured.start()
  const { problems } = await check({ port, user: 'postgres', sslmode: 'verify-full' })
  expect(problems).toEqual([
    {
      problem: expect.stringMatching(
        /^The certificate of PostgreSQL on \S+ cannot be trusted: self-signed certificate/,
      ),
      mend: expect.stringContaining('?sslmode=require'),
    },
  ])
  expect(await check({ port, user: 'postgres', sslmode: 'require' })).toMatchObject({ ok: true })
})

test('the role for runbooks is tried too, and what it lacks is told with what mends it', async () => {
  expect(await check({}, { user: 'actor', password: 'test' })).toMatchObject({
    ok: true,
    problems: [],
  })
  expect(await check({}, { user: 'Half actor', password: 'test' })).toMatchObject({
    ok: false,
    problems: [
      {
        problem:
          'The role "Half actor" may not see whose session it would stop: it is not a member of pg_read_all_stats.',
        mend: 'GRANT pg_read_all_stats TO "Half actor";',
      },
    ],
  })
  const { problems } = await check({}, { user: 'idler', password: 'test' })
  expect(problems.map(({ mend }) => mend)).toEqual([
    'GRANT pg_signal_backend TO idler;',
    'GRANT pg_read_all_stats TO idler;',
  ])
})

test.each([
  [
    'a wrong password',
    { user: 'actor', password: 'no' },
    /^The password for the role actor is wrong/,
  ],
  ['no password', { user: 'actor', password: null }, /wants a password for the role actor/],
  [
    'a role that is not there',
    { user: 'ghost', password: 'test' },
    /^The password for the role ghost is wrong, or there is no such role\.$/,
  ],
])('the role for runbooks with %s keeps the instance from being added', async (_, actor, says) => {
  const { ok, problems } = await check({}, actor)
  expect(ok).toBe(false)
  expect(problems).toHaveLength(1)
  expect(problems[0]?.problem).toMatch(says)
  expect(problems[0]?.mend).toContain(`CREATE ROLE ${actor.user} LOGIN PASSWORD '…';`)
})

test('both roles are told of at once, and what keeps both out only once', async () => {
  const actor = { user: 'idler', password: 'no' }
  const both = await check({ password: 'no' }, actor)
  expect(both.problems.map(({ problem }) => problem)).toEqual([
    expect.stringContaining('role monitor'),
    expect.stringContaining('role idler'),
  ])
  expect((await check({ port: 1 }, actor)).problems).toHaveLength(1)
})

test('a version that is too old is named, with what to do', async () => {
  await using old = await startOtherVersion({ to: server.port, version: '12.22' })
  expect(await check({ port: old.port }, { user: 'actor', password: 'test' })).toEqual({
    ok: false,
    serverVersion: '12.22',
    systemIdentifier: null,
    problems: [
      {
        problem: "The server's version is 12.22; PostgreSQL 13 or newer is needed.",
        mend: 'Upgrade the server, and add it then: 13 to 18 are supported.',
      },
    ],
  })
})

test('a version newer than those tested is watched, and said to be untested', async () => {
  await using newer = await startOtherVersion({ to: server.port, version: '19.1' })
  const { ok, serverVersion, problems } = await check({ port: newer.port })
  expect({ ok, serverVersion, problems }).toEqual({
    ok: true,
    serverVersion: '19.1',
    problems: [
      {
        problem:
          "The server's version is 19.1; Trunkline is tested with 13 to 18, and asks a newer one what it asks 18.",
        mend: 'Nothing now; should a probe fail there, the rule probeFailing says so.',
      },
    ],
  })
})

async function selfSigned(name: string): Promise<{ certificate: string; key: string }> {
  const signingAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(signingAlgorithm, true, ['sign', 'verify'])
  const made = { name: `CN=${name}`, keys, signingAlgorithm }
  const certificate = await X509CertificateGenerator.createSelfSigned(made)
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey))
  const key = `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`
  return { certificate: certificate.toString('pem'), key }
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startPostgres, type TestPostgres } from '../../deploy/test/postgres.ts'
import { startProxy } from '../../deploy/test/proxy.ts'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTestApi, until } from './api.fixture.ts'
import { readConfig } from './config.ts'
import { startApi } from './start-api.ts'

let server: TestPostgres

beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server[Symbol.asyncDispose]())

const authorized = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

describe('while the repository is away', () => {
  test('answers 503 with Retry-After at once, stays alive, and goes on when it is back', async () => {
    await using its = await startTestApi({ url: await server.createDatabase() })
    const { url, adminToken } = its.api
    const list = () => fetch(`${url}/api/v1/instances`, authorized(adminToken))
    expect((await list()).status).toBe(200)
    await server.stop('fast')
    const askedAt = performance.now()
    const away = await list()
    expect(performance.now() - askedAt).toBeLessThan(9_000)
    expect(away.status).toBe(503)
    expect(away.headers.get('retry-after')).toBe('5')
    expect(away.headers.get('content-type')).toBe('application/problem+json')
    expect(await away.json()).toMatchObject({ status: 503, title: 'Unavailable' })
    expect((await fetch(`${url}/livez`)).status).toBe(200)
    expect((await fetch(`${url}/readyz`)).status).toBe(503)
    await server.start()
    await until('it is ready again', async () => (await fetch(`${url}/readyz`)).ok)
    expect((await list()).status).toBe(200)
  })

  test(
    'a repository that swallows everything is as away as one that is stopped',
    { timeout: 60_000 },
    async () => {
      await using proxy = await startProxy({ to: server.port })
      const url = new URL(await server.createDatabase())
      url.port = String(proxy.port)
      await using its = await startTestApi({ url: url.href })
      const list = () => fetch(`${its.api.url}/api/v1/instances`, authorized(its.api.adminToken))
      expect((await list()).status).toBe(200)
      proxy.set('half-open')
      const askedAt = performance.now()
      expect((await list()).status).toBe(503)
      expect(performance.now() - askedAt).toBeLessThan(10_000)
      proxy.set('pass')
      await until('it answers again', async () => (await list()).ok)
    },
  )
})

test('starts before the repository does, and is ready once it is there', async () => {
  const url = await server.createDatabase()
  await server.stop('fast')
  const config = readConfig({
    TRUNKLINE_HOME: await mkdtemp(join(tmpdir(), 'trunkline-early-')),
    TRUNKLINE_REPOSITORY_URL: url,
    TRUNKLINE_LISTEN: '127.0.0.1:0',
    TRUNKLINE_AGENT_LISTEN: '127.0.0.1:0',
    TRUNKLINE_SMTP_URL: 'smtp://user:secret@127.0.0.1:25',
    TRUNKLINE_MAIL_FROM: 'trunkline@example.net',
    TRUNKLINE_MAIL_TO: 'noc@example.net',
  })
  await using api = await startApi({ config, log: () => undefined, now: () => new Date() })
  const early = await fetch(`${api.url}/api/v1/instances`, authorized(api.adminToken))
  expect(early.status).toBe(503)
  expect(await early.json()).toMatchObject({ detail: expect.stringContaining('is starting') })
  await server.start()
  await until('it is ready', async () => (await fetch(`${api.url}/readyz`)).ok)
  const channels = await fetch(`${api.url}/api/v1/channels`, authorized(api.adminToken))
  expect(await channels.text()).not.toContain('secret')
  const other = { ...config, listen: { host: '127.0.0.1', port: Number(new URL(api.url).port) } }
  await expect(
    startApi({ config: other, log: () => undefined, now: () => new Date() }),
  ).rejects.toThrow(
    `Cannot listen on 127.0.0.1:${other.listen.port}: another program listens there; set TRUNKLINE_LISTEN to another address.`,
  )
})

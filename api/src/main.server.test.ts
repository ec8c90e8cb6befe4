import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../../deploy/test/database.ts'
import { until } from './api.fixture.ts'

const main = join(import.meta.dirname, 'main.ts')

function start(env: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, [main, ...args], { env: { PATH: '/usr/bin:/bin', ...env } })
  const told = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (told.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told.err += text))
  const ended = once(child, 'close') as Promise<[number | null]>
  return { child, told, ended }
}

test('a wrong configuration is told in full, with exit 78', async () => {
  const { told, ended } = start({ TRUNKLINE_LISTEN: 'x' })
  expect(await ended).toEqual([78, null])
  expect(told.err.trim().split('\n')).toEqual([
    'TRUNKLINE_HOME is not set: the folder of keys and state',
    'TRUNKLINE_REPOSITORY_URL is not set: postgres://user:password@host:port/database',
    'TRUNKLINE_LISTEN must be host:port, as in 127.0.0.1:7480',
  ])
})

test('SIGTERM ends it cleanly within five seconds, streams and all', async () => {
  await using database = await createTestDatabase()
  const home = await mkdtemp(join(tmpdir(), 'trunkline-main-'))
  const env = {
    TRUNKLINE_HOME: home,
    TRUNKLINE_REPOSITORY_URL: database.url,
    TRUNKLINE_LISTEN: '127.0.0.1:0',
    TRUNKLINE_AGENT_LISTEN: '127.0.0.1:0',
  }
  const { child, told, ended } = start(env)
  await until('it is ready', async () => told.out.includes('repository_ready'))
  const { url } = JSON.parse(told.out.split('\n')[0] ?? '') as { url: string }
  const authorization = `Bearer ${await readFile(join(home, 'admin-token'), 'utf8')}`
  const stream = await fetch(`${url}/api/v1/events`, { headers: { authorization } })
  expect(stream.status).toBe(200)
  const toldAt = performance.now()
  child.kill('SIGTERM')
  const [code] = await ended
  expect(performance.now() - toldAt).toBeLessThan(5_000)
  expect([code, told.err]).toEqual([0, ''])
  await stream.body?.cancel().catch(() => undefined)
  const checked = start(env, '--check')
  expect(await checked.ended).toEqual([0, null])
})

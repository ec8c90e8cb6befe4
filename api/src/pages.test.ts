import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Hono } from 'hono'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AppEnv } from './access.ts'
import { readPages } from './pages.ts'

let app: Hono<AppEnv>
let folder = ''
const script = 'console.log("hello");'.repeat(50)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trunkline-pages-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<!doctype html>')
  await writeFile(join(folder, 'assets/index-B1a2C3d4.js'), script)
  await writeFile(join(folder, 'favicon.svg'), '<svg/>')
  app = new Hono<AppEnv>().get('*', await readPages(folder))
})
afterAll(() => rm(folder, { recursive: true }))

test('a path of the pages own gets the page; an unknown file does not', async () => {
  for (const path of ['/', '/alerts/7', '/sign-in?token=x']) {
    const answer = await app.request(path)
    expect([await answer.text(), answer.headers.get('cache-control')]).toEqual([
      '<!doctype html>',
      'no-cache',
    ])
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
  }
  for (const path of ['/nothing.js', '/../package.json', '/..%2f..%2fetc/passwd.txt']) {
    expect((await app.request(path)).status).toBe(404)
  }
})

test('a file with a hash in its name is kept for good, any other is asked for again', async () => {
  const hashed = await app.request('/assets/index-B1a2C3d4.js')
  expect(hashed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(await hashed.text()).toBe(script)
  const plain = await app.request('/favicon.svg')
  const etag = plain.headers.get('etag') ?? ''
  const again = await app.request('/favicon.svg', { headers: { 'if-none-match': etag } })
  expect([again.status, await again.text()]).toEqual([304, ''])
})

test('comes gzipped to who takes that', async () => {
  const headers = { 'accept-encoding': 'gzip, br' }
  const answer = await app.request('/assets/index-B1a2C3d4.js', { headers })
  expect(answer.headers.get('content-encoding')).toBe('gzip')
  expect(gunzipSync(Buffer.from(await answer.arrayBuffer())).toString()).toBe(script)
})

test('a folder without pages is an error that says so', async () => {
  await expect(readPages(join(folder, 'assets'))).rejects.toThrow('are not built')
})

import { stat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from './api.fixture.ts'
import { createAccount, keepApiToken } from '../repository/index.ts'
import { hashToken, newToken } from './auth/tokens.ts'
import type { Role } from './schemas/session.ts'

let its: TestApi
const ours = { 'x-trunkline': '1', 'content-type': 'application/json' }

beforeAll(async () => {
  its = await startTestApi()
})
afterAll(() => its[Symbol.asyncDispose]())

const ask = (method: string, path: string, options: { headers?: object; body?: unknown } = {}) =>
  fetch(`${its.api.url}${path}`, {
    method,
    headers: { ...ours, ...options.headers },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  })

const example = (path: string) =>
  path
    .replace('{id}', path.includes('instances') || path.includes('channels') ? '1' : randomUUID())
    .replace('{probe}', 'checkpoints')
    .replace('{name}', 'x')

async function operations(): Promise<{ method: string; path: string; role: Role | undefined }[]> {
  const document = (await (await fetch(`${its.api.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { 'x-role'?: Role }>>
  }
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { 'x-role': role }]) => ({
      method: method.toUpperCase(),
      path: example(path),
      role,
    })),
  )
}

async function tokenOf(role: Role): Promise<string> {
  const token = newToken()
  const name = `token-${role}`
  await keepApiToken(
    { sql: its.sql },
    { hash: hashToken(token), tokenName: name, accountName: name, role },
  )
  return token
}

describe('without credentials', () => {
  test('every route but those that let people in answers 401', async () => {
    const closed = (await operations()).filter(({ role }) => role !== undefined)
    expect(closed.length).toBeGreaterThan(35)
    for (const { method, path } of closed) {
      const answer = await ask(method, path)
      expect([method, path, answer.status]).toEqual([method, path, 401])
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(await answer.json()).toMatchObject({ status: 401, title: 'Not signed in' })
    }
  })

  test('so does a path that is not there, and a credential that is no good', async () => {
    expect((await ask('GET', '/api/v1/secrets')).status).toBe(401)
    const wrong = { authorization: `Bearer ${'x'.repeat(43)}` }
    expect((await ask('GET', '/api/v1/instances', { headers: wrong })).status).toBe(401)
    const odd = { authorization: 'Basic YWRtaW46YWRtaW4=' }
    expect((await ask('GET', '/api/v1/instances', { headers: odd })).status).toBe(401)
  })

  test('liveness, readiness and metrics answer', async () => {
    for (const path of ['/livez', '/readyz', '/metrics', '/openapi.json']) {
      expect((await ask('GET', path)).status).toBe(200)
    }
    const metrics = await (await ask('GET', '/metrics')).text()
    expect(metrics).toContain('trunkline_api_ready 1')
    expect(metrics).toMatch(/trunkline_api_request_duration_seconds_count\{.*route="\/livez"/)
  })

  test('security headers are on every answer', async () => {
    for (const path of ['/livez', '/api/v1/instances', '/nowhere']) {
      const { headers } = await ask('GET', path)
      expect(headers.get('content-security-policy')).toMatch(/script-src 'self'; style-src 'self'/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    }
  })
})

describe('a role', () => {
  test('may do what its rank allows and nothing more', async () => {
    const rank: Role[] = ['viewer', 'responder', 'operator', 'admin']
    for (const role of rank) {
      const authorization = `Bearer ${await tokenOf(role)}`
      for (const { method, path, role: needed } of await operations()) {
        if (needed === undefined || path.endsWith('/events') || path.endsWith('/password')) continue
        const { status, body } = await ask(method, path, { headers: { authorization } })
        await body?.cancel()
        const isAllowed = rank.indexOf(role) >= rank.indexOf(needed)
        const found = isAllowed ? status !== 401 && status !== 403 : status === 403
        expect([role, method, path, status, found]).toEqual([role, method, path, status, true])
      }
    }
  })
})

describe('the admin token', () => {
  test('is in the home for its owner alone, and lets the command line in', async () => {
    const path = join(its.home, 'admin-token')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const token = (await readFile(path, 'utf8')).trim()
    const answer = await ask('GET', '/api/v1/session', {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(await answer.json()).toEqual({
      account: { name: 'admin', role: 'admin' },
      needsPassword: false,
    })
    const [stored] = await its.sql`select encode(hash, 'escape') as text from pem.api_token`
    expect(stored?.['text']).not.toContain(token)
  })
})

describe('a person', () => {
  const newLink = async (name: string) => {
    await createAccount({ sql: its.sql }, { name, role: 'responder', actor: 'admin' })
    const made = await its.admin['sign-in-links'].$post({ json: { name } })
    if (!made.ok) throw new Error('no link')
    return new URL((await made.json()).url).searchParams.get('token') ?? ''
  }
  const cookieOf = (answer: Response) => answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const signIn = async (name: string) => {
    const answer = await ask('POST', '/api/v1/session/link', {
      body: { token: await newLink(name) },
    })
    return cookieOf(answer)
  }

  test('signs in by a link once, then sets a password and comes back with it', async () => {
    const token = await newLink('anna')
    const answers = await Promise.all(
      [1, 2, 3].map(() => ask('POST', '/api/v1/session/link', { body: { token } })),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401, 401])
    const answer = answers.find(({ ok }) => ok)
    if (!answer) throw new Error('nobody got in')
    const account = { name: 'anna', role: 'responder' }
    expect(await answer.json()).toEqual({ account, needsPassword: true })
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^trunkline_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/,
    )
    const cookie = cookieOf(answer)
    const other = cookieOf(
      await ask('POST', '/api/v1/session/link', {
        body: {
          token: new URL(
            (
              (await (
                await its.admin['sign-in-links'].$post({ json: { name: 'anna' } })
              ).json()) as { url: string }
            ).url,
          ).searchParams.get('token'),
        },
      }),
    )
    const set = (password: string) =>
      ask('PUT', '/api/v1/session/password', { headers: { cookie }, body: { password } })
    expect((await set('short')).status).toBe(400)
    expect(await (await set('a good long one')).json()).toEqual({ account, needsPassword: false })
    const who = async (sent: string) =>
      (await (await ask('GET', '/api/v1/session', { headers: { cookie: sent } })).json()) as object
    expect(await who(cookie)).toEqual({ account, needsPassword: false })
    expect(await who(other)).toEqual({ account: null, needsPassword: false })
    const by = (password: string, name = 'anna') =>
      ask('POST', '/api/v1/session', { body: { name, password } })
    expect((await by('a good long ONE')).status).toBe(401)
    expect((await by('a good long one', 'nobody')).status).toBe(401)
    const back = await by('a good long one')
    expect(await back.json()).toEqual({ account, needsPassword: false })
  })

  test('a link that ran out lets nobody in', async () => {
    const token = await newLink('late')
    await its.sql`update pem.sign_in_link set expires_at = now() where used_at is null`
    expect((await ask('POST', '/api/v1/session/link', { body: { token } })).status).toBe(401)
  })

  test('signs out; an idle or old session ends by itself; a disabled account is out', async () => {
    const who = async (cookie: string) =>
      (await ask('GET', '/api/v1/instances', { headers: { cookie } })).status
    const first = await signIn('bert')
    expect(await who(first)).toBe(200)
    expect((await ask('DELETE', '/api/v1/session', { headers: { cookie: first } })).status).toBe(
      200,
    )
    expect(await who(first)).toBe(401)
    const idle = await signIn('idle')
    await its.sql`update pem.session set last_seen_at = now() - interval '31 minutes'`
    expect(await who(idle)).toBe(401)
    const old = await signIn('old')
    await its.sql`update pem.session set expires_at = now()`
    expect(await who(old)).toBe(401)
    const disabled = await signIn('gone')
    await its.sql`update pem.account set disabled_at = now() where name = 'gone'`
    expect(await who(disabled)).toBe(401)
  })

  test('cannot be made to change something by a page of another site', async () => {
    const cookie = await signIn('carla')
    const token = await newLink('dora')
    const change = async (headers: Record<string, string>, drop?: string) => {
      const all: Record<string, string> = { ...ours, cookie, ...headers }
      if (drop) delete all[drop]
      const answer = await fetch(`${its.api.url}/api/v1/alerts/${randomUUID()}/acknowledge`, {
        method: 'POST',
        headers: all,
        body: '{}',
      })
      return answer.status
    }
    expect(await change({})).toBe(404)
    expect(await change({ 'sec-fetch-site': 'same-origin', origin: 'http://trunkline.test' })).toBe(
      404,
    )
    expect(await change({ origin: its.api.url })).toBe(404)
    expect(await change({ 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(await change({ 'sec-fetch-site': 'same-site' })).toBe(403)
    expect(await change({ origin: 'http://evil.test' })).toBe(403)
    expect(await change({ origin: 'null' })).toBe(403)
    expect(await change({}, 'x-trunkline')).toBe(403)
    const forged = await fetch(`${its.api.url}/api/v1/session/link`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify({ token }),
    })
    expect(forged.status).toBe(403)
    expect((await ask('POST', '/api/v1/session/link', { body: { token } })).status).toBe(200)
  })

  test('is slowed after five wrong passwords, without being kept out elsewhere', async () => {
    const body = { name: 'emil', password: 'wrong wrong wrong' }
    const burst = Array.from({ length: 12 }, () => ask('POST', '/api/v1/session', { body }))
    const answers = (await Promise.all(burst)).map(({ status }) => status)
    expect(answers.filter((status) => status === 401).length).toBe(5)
    const slowed = await ask('POST', '/api/v1/session', { body })
    expect(slowed.status).toBe(429)
    expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(60)
  })

  test('behind a proxy is not kept out by another one who guesses there', async () => {
    const env = { TRUNKLINE_PUBLIC_URL: 'https://trunkline.test' }
    await using proxied = await startTestApi({ env })
    const guess = async (from: string) => {
      const answer = await fetch(`${proxied.api.url}/api/v1/session`, {
        method: 'POST',
        headers: { ...ours, 'x-forwarded-for': `203.0.113.1, ${from}` },
        body: JSON.stringify({ name: 'admin', password: 'wrong wrong wrong' }),
      })
      return answer.status
    }
    for (let tries = 0; tries < 5; tries += 1) expect(await guess('192.0.2.1')).toBe(401)
    expect(await guess('192.0.2.1')).toBe(429)
    expect(await guess('192.0.2.2')).toBe(401)
  })

  test('may have any name: quotes, emoji, markup', async () => {
    const name = `O'Brien "💥" <script>alert(1)</script>`
    const answer = await its.admin.users.$post({ json: { name, role: 'viewer' } })
    expect(answer.status).toBe(201)
    const again = await its.admin.users.$post({ json: { name, role: 'viewer' } })
    expect(again.status).toBe(409)
    const cookie = await signIn('frida')
    expect(cookie).not.toBe('')
    const listed = await its.admin.users.$get()
    if (!listed.ok) throw new Error('no users')
    expect((await listed.json()).items.map((user) => user.name)).toContain(name)
  })
})

describe('a request', () => {
  const authorization = async () => ({ authorization: `Bearer ${its.api.adminToken}` })

  test('that is too long, no JSON, or not as the schema wants it, is refused with where', async () => {
    const headers = await authorization()
    const long = { name: 'x'.repeat(300_000), role: 'viewer' }
    expect((await ask('POST', '/api/v1/users', { headers, body: long })).status).toBe(413)
    const wrong = await ask('POST', '/api/v1/users', {
      headers,
      body: { name: ' a ', role: 'king' },
    })
    expect(wrong.status).toBe(400)
    const { fields } = (await wrong.json()) as { fields: { path: string }[] }
    expect(fields.map(({ path }) => path)).toEqual(['name', 'role'])
    const broken = await fetch(`${its.api.url}/api/v1/users`, {
      method: 'POST',
      headers: { ...ours, ...headers },
      body: '{',
    })
    expect(broken.status).toBe(400)
    expect(broken.headers.get('content-type')).toBe('application/problem+json')
  })

  test('with text that PostgreSQL cannot hold is refused, not an error of ours', async () => {
    const headers = await authorization()
    const body = { name: 'a\0b', password: 'x' }
    expect((await ask('POST', '/api/v1/session', { headers, body })).status).toBe(400)
    expect((await ask('GET', '/api/v1/alerts?cursor=%00', { headers })).status).toBe(400)
    expect((await ask('GET', '/api/v1/instances/99999999999', { headers })).status).toBe(400)
    expect((await ask('GET', '/api/v1/nowhere', { headers })).status).toBe(404)
  })
})

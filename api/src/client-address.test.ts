import { Hono } from 'hono'
import { expect, test } from 'vitest'
import type { AppEnv } from './access.ts'
import { addressOf } from './client-address.ts'

async function seen(publicUrl: string, forwardedFor?: string): Promise<string> {
  const app = new Hono<AppEnv>().get('/', (c) => c.text(addressOf(c, new URL(publicUrl))))
  const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }
  const env = { incoming: { socket: { remoteAddress: '127.0.0.1' } } }
  return (await app.request('/', { headers }, env)).text()
}

test('behind a TLS proxy the address is the one the proxy appended, not what the client says before it', async () => {
  const url = 'https://trunkline.example.net'
  expect(await seen(url, '192.0.2.7')).toBe('192.0.2.7')
  expect(await seen(url, '10.0.0.1, 2001:db8::7')).toBe('2001:db8::7')
  expect(await seen(url, '192.0.2.7, unknown')).toBe('127.0.0.1')
  expect(await seen(url)).toBe('127.0.0.1')
})

test('without one nobody says where they come from', async () => {
  expect(await seen('http://trunkline.example.net', '192.0.2.7')).toBe('127.0.0.1')
})

import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listenTls } from '../listen.ts'
import { openAuthority, type Authority } from './ca.ts'
import { keepServerCertificate, openServerCredentials, serverHosts } from './server-certificate.ts'
import { createTlsFetch } from './tls-fetch.ts'

let folder: string
let authority: Authority
const today = new Date()
const daysAgo = (days: number) => new Date(today.getTime() - days * 86_400_000)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trunkline-server-certificate-'))
  authority = await openAuthority(folder, daysAgo(380))
})
afterAll(() => rm(folder, { recursive: true }))

const wanted = (hosts: string[] = []) => ({ authority, folder, hosts: serverHosts(hosts) })

test('the server gets a certificate for its names, and a new one when a name is added', async () => {
  const first = await openServerCredentials(wanted(['db1.example.net']), today)
  const certificate = new X509Certificate(first.cert)
  expect(certificate.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true)
  expect(certificate.checkHost('db1.example.net')).toBeDefined()
  expect(certificate.checkIP('127.0.0.1')).toBeDefined()
  const again = await openServerCredentials(wanted(['db1.example.net']), today)
  expect(again.cert).toBe(first.cert)
  const other = await openServerCredentials(wanted(['db2.example.net']), today)
  expect(other.cert).not.toBe(first.cert)
})

describe('a listener that has run for a year', () => {
  test('shows a new certificate in time; agents that pinned the authority go on, connected or not', async () => {
    // Issued 370 days ago, for 397: it serves today still, and ends within a month.
    let now = daysAgo(370)
    const shown = await openServerCredentials(wanted(['old.example.net']), now)
    const slow = Promise.withResolvers<void>()
    const app = new Hono()
      .get('/', (c) => c.text('here'))
      .get('/slow', async (c) => {
        await slow.promise
        return c.text('at last')
      })
    await using listener = await listenTls({
      address: { host: '127.0.0.1', port: 0 },
      setting: 'none',
      fetch: app.fetch,
      tls: { ...shown, ca: authority.certificate },
    })
    const url = `https://127.0.0.1:${listener.port}`
    const renewed = Promise.withResolvers<void>()
    const stop = new AbortController()
    const kept = keepServerCertificate({
      ...wanted(['old.example.net']),
      shown,
      show: listener.show,
      lookEveryMs: 10,
      now: () => now,
      log: (event) => (event === 'server_certificate_renewed' ? renewed.resolve() : undefined),
      signal: stop.signal,
    })
    const before = createTlsFetch({ ca: authority.certificate })
    expect(await (await before.fetch(url)).text()).toBe('here')
    const poll = before.fetch(`${url}/slow`)
    const old = await serialShown(listener.port)
    expect(old).toBe(new X509Certificate(shown.cert).serialNumber)

    now = today
    await renewed.promise
    const fresh = await serialShown(listener.port)
    expect(fresh).not.toBe(old)
    const onDisk = await openServerCredentials(wanted(['old.example.net']), now)
    expect(fresh).toBe(new X509Certificate(onDisk.cert).serialNumber)
    slow.resolve()
    expect(await (await poll).text()).toBe('at last')
    const after = createTlsFetch({ ca: authority.certificate })
    expect(await (await after.fetch(url)).text()).toBe('here')

    before.close()
    after.close()
    stop.abort()
    await kept
  })
})

function serialShown(port: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const options = { host: '127.0.0.1', port, ca: authority.certificate, servername: 'localhost' }
  const socket = connect(options, () => {
    resolve(socket.getPeerCertificate().serialNumber)
    socket.destroy()
  })
  socket.once('error', reject)
  return promise
}

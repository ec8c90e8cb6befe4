import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startProxy } from './proxy.ts'

async function startEcho() {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.pipe(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.dispose]: () => void server.close(),
  }
}

test('passes, swallows without closing, passes again, resets', async () => {
  using echo = await startEcho()
  await using proxy = await startProxy({ to: echo.port })
  const client = connect(proxy.port, '127.0.0.1')
  const heard: string[] = []
  let end: unknown
  client.on('data', (bytes) => heard.push(String(bytes)))
  client.on('error', (error: NodeJS.ErrnoException) => (end = error.code))

  client.write('one')
  await expect.poll(() => heard.join()).toBe('one')
  proxy.set('half-open')
  client.write('two')
  await sleep(50)
  expect(heard.join()).toBe('one')
  expect(client.destroyed).toBe(false)
  proxy.set('pass')
  client.write('three')
  await expect.poll(() => heard.join()).toBe('one,three')
  proxy.set('drop')
  await expect.poll(() => end).toBe('ECONNRESET')
})

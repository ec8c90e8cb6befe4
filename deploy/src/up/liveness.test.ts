import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { watchLiveness } from './liveness.ts'
import { waitFor } from './wait.ts'

let answering = true
let asked = 0
const server = createServer((_, response) => {
  asked++
  if (answering) response.writeHead(503).end('not ready, but alive')
})
let url = ''
let stop: AbortController
let hung = 0

beforeEach(async () => {
  answering = true
  asked = 0
  hung = 0
  stop = new AbortController()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server listening on TCP always has an AddressInfo.
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
})
afterEach(() => {
  stop.abort()
  server.closeAllConnections()
  server.close()
})

const watch = () =>
  watchLiveness({
    url,
    everyMs: 5,
    deadlineMs: 50,
    misses: 3,
    onHung: () => hung++,
    signal: stop.signal,
  })
const until = (holds: () => boolean) =>
  waitFor({
    ask: () => Promise.resolve(holds() || undefined),
    timeoutMs: 5_000,
    everyMs: 5,
    failure: () => `asked ${String(asked)} times, hung ${String(hung)} times`,
  })

test('an answer is a sign of life, whatever it says', async () => {
  const watching = watch()
  await until(() => asked >= 10)
  expect(hung).toBe(0)
  stop.abort()
  await watching
})

test('one that takes connections and never answers is found, and asked anew afterwards', async () => {
  const watching = watch()
  await until(() => asked >= 2)
  answering = false
  await until(() => hung === 1)
  answering = true
  const before = asked
  await until(() => asked >= before + 5)
  expect(hung).toBe(1)
  stop.abort()
  await watching
})

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import type { Probe } from '@trunkline/probes'
import { encodeTaken, type Taken } from '../sample.ts'
import type { SpoolRecord } from '../spool/record.ts'
import { deliver } from './deliver.ts'
import { createPoster } from './http-post.ts'
import { createOtlpSink } from './otlp.ts'
import type { MetricPoint } from './otlp-bytes.ts'

const probe: Probe = {
  summary: 'x',
  scope: 'instance',
  role: 'any',
  every: '10s',
  timeout: '1s',
  retention: '1d',
  maxRows: 10,
  sql: {},
  labels: { name: 'x.name' },
  metrics: {
    'postgresql.x': { kind: 'gauge', unit: 'By', description: 'x', columns: { value: {} } },
  },
}

function record(...names: string[]): SpoolRecord {
  const taken: Taken = {
    attributes: { 'server.address': 'db1' },
    sample: {
      probe: 'x',
      instanceId: 1,
      collectedAt: '2026-01-01T00:00:00.000Z',
      durationMs: 1,
      rowCount: names.length,
      cutRows: 0,
      columns: { name: names, value: names.map((_, index) => index + 1) },
    },
  }
  return { sequence: 1, at: 0, payload: encodeTaken(taken) }
}

type Reply = { status: number; headers?: Record<string, string>; body?: Buffer }
let server: Server
afterEach(() => {
  server.close()
  server.closeAllConnections()
})

/** A store that decides by the text of the body; strings stand in protobuf as they are. */
async function store(decide: (body: string) => Reply) {
  const bodies: string[] = []
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = gunzipSync(Buffer.concat(chunks)).toString('latin1')
      const { status, headers, body: answer } = decide(body)
      if (status === 200) bodies.push(body)
      expect(request.headers['content-type']).toBe('application/x-protobuf')
      response.writeHead(status, headers).end(answer)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const rejected: [number, string][] = []
  const sink = createOtlpSink({
    probes: { x: probe },
    poster: createPoster(new URL(`http://127.0.0.1:${port}/v1/metrics`)),
    onRejected: (count, message) => rejected.push([count, message]),
  })
  const retries: string[] = []
  const waits: (number | undefined)[] = []
  const quarantined: string[] = []
  const bring = (...records: SpoolRecord[]) =>
    deliver<MetricPoint>(sink.itemsOf(records), {
      signal: new AbortController().signal,
      send: sink.send,
      onRetry: (reason) => retries.push(reason),
      backoff: { wait: async (ms) => void waits.push(ms), reset: () => undefined },
      quarantine: async ({ point }) => void quarantined.push(point.attributes['x.name'] ?? ''),
    })
  return { bring, bodies, rejected, retries, waits, quarantined }
}

test('names, units, attributes and values are in the body', async () => {
  const to = await store(() => ({ status: 200 }))
  await to.bring(record('first', 'second'))
  const [body] = to.bodies
  for (const text of ['postgresql.x', 'By', 'server.address', 'db1', 'x.name', 'first', 'second'])
    expect(body).toContain(text)
  const two = Buffer.alloc(8)
  two.writeDoubleLE(2)
  expect(body).toContain(two.toString('latin1'))
})

test('a point that the store refuses is put aside alone', async () => {
  const to = await store((body) => ({ status: body.includes('poison') ? 400 : 200 }))
  await to.bring(record('a', 'b', 'poison', 'c', 'd', 'e'))
  expect(to.quarantined).toEqual(['poison'])
  for (const name of ['a', 'b', 'c', 'd', 'e'])
    expect(to.bodies.filter((body) => body.includes(`\x01${name}`))).toHaveLength(1)
})

test('a store that refuses everything is not believed about a point', async () => {
  let isMended = false
  const to = await store(() => ({ status: isMended ? 200 : 400 }))
  const done = to.bring(record('a'))
  await expect.poll(() => to.retries.length).toBeGreaterThan(1)
  isMended = true
  await done
  expect(to.quarantined).toEqual([])
  // Beside it perhaps the empty request that was asked with.
  expect(to.bodies.filter((body) => body.includes('x.name'))).toHaveLength(1)
})

test('500 is tried again, then looked at in parts, as Prometheus says it of bad data too', async () => {
  const to = await store((body) => ({ status: body.includes('poison') ? 500 : 200 }))
  await to.bring(record('a', 'poison', 'b'))
  expect(to.quarantined).toEqual(['poison'])
  expect(to.retries.length).toBeGreaterThan(1)
})

test('Retry-After is kept, and what was partly taken is not sent again', async () => {
  const replies: Reply[] = [
    { status: 429, headers: { 'retry-after': '7' } },
    { status: 503 },
    // ExportMetricsServiceResponse { partial_success { rejected_data_points: 3, error_message: "old" } }
    { status: 200, body: Buffer.from([0x0a, 7, 0x08, 3, 0x12, 3, 0x6f, 0x6c, 0x64]) },
  ]
  const to = await store(() => replies.shift() ?? { status: 500 })
  await to.bring(record('a'))
  expect(to.waits).toEqual([7_000, undefined])
  expect(to.rejected).toEqual([[3, 'old']])
  expect(replies).toEqual([])
})

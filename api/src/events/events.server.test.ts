import { get } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, until, type TestApi } from '../api.fixture.ts'

let its: TestApi

beforeAll(async () => {
  its = await startTestApi()
})
afterAll(() => its[Symbol.asyncDispose]())

/** Reads a stream's events until it is closed. */
async function listen(signal: AbortSignal) {
  const heard: { event: string; data: unknown }[] = []
  const answer = await fetch(`${its.api.url}/api/v1/events`, {
    headers: { authorization: `Bearer ${its.api.adminToken}` },
    signal,
  })
  expect(answer.headers.get('content-type')).toBe('text/event-stream')
  const reading = (async () => {
    let text = ''
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk
      const frames = text.split('\n\n')
      text = frames.pop() ?? ''
      for (const frame of frames) {
        const [, event, data] = /^event: (.*)\ndata: (.*)$/.exec(frame) ?? []
        if (event && data) heard.push({ event, data: JSON.parse(data) })
      }
    }
  })().catch(() => undefined)
  return { heard, reading }
}

const streams = async () => {
  const metrics = await (await fetch(`${its.api.url}/metrics`)).text()
  return Number(/^trunkline_api_event_streams (\d+)$/m.exec(metrics)?.[1])
}

describe('the stream of events', () => {
  test('tells alerts and actions at once, samples once a second each', async () => {
    const stop = new AbortController()
    const { heard, reading } = await listen(stop.signal)
    await until('it greets', async () => heard.some(({ event }) => event === 'heartbeat'))
    const sample = JSON.stringify({ probe: 'sessions', instanceId: 1 })
    for (let times = 0; times < 5; times += 1) await its.sql`select pg_notify('samples', ${sample})`
    await its.sql`select pg_notify('alerts', 'a1'), pg_notify('actions', 'b2')`
    await until('all is told', async () => heard.length >= 4)
    expect(heard.slice(1)).toEqual([
      { event: 'alert', data: { id: 'a1' } },
      { event: 'action', data: { id: 'b2' } },
      { event: 'sample', data: { probe: 'sessions', instanceId: 1 } },
    ])
    stop.abort()
    await reading
  })

  test('a client that hangs up in the middle is forgotten, and the api goes on', async () => {
    const before = await streams()
    const hangUps = Array.from({ length: 20 }, async () => {
      const stop = new AbortController()
      const { reading } = await listen(stop.signal)
      stop.abort()
      await reading
    })
    await Promise.all(hangUps)
    const socketGone = new Promise<void>((resolve) => {
      const url = `${its.api.url}/api/v1/events`
      const options = { headers: { authorization: `Bearer ${its.api.adminToken}` } }
      const asked = get(url, options, (answer) => {
        answer.once('data', () => {
          asked.destroy()
          resolve()
        })
      })
      asked.on('error', () => undefined)
    })
    await socketGone
    await until('all are forgotten', async () => (await streams()) === before)
    expect((await fetch(`${its.api.url}/livez`)).status).toBe(200)
    expect(its.logged.filter(({ event }) => event === 'request_failed')).toEqual([])
  })

  test('who does not read is told to read everything anew, and costs no more memory', async () => {
    const asked = get(`${its.api.url}/api/v1/events`, {
      headers: { authorization: `Bearer ${its.api.adminToken}` },
    })
    const answer = await new Promise<import('node:http').IncomingMessage>((resolve) =>
      asked.on('response', resolve),
    )
    answer.pause()
    const long = 'x'.repeat(2_000)
    for (let round = 0; round < 40; round += 1) {
      await its.sql`select pg_notify('alerts', ${long} || n) from generate_series(1, 500) n`
    }
    let text = ''
    answer.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    answer.resume()
    await until('it is told so', async () => text.includes('event: resync'))
    expect(text.length).toBeLessThan(30_000_000)
    asked.destroy()
  })
})

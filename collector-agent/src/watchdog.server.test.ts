import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { keepWorker, type Timing } from './watchdog.ts'

const worker = fileURLToPath(new URL('./hanging-worker.fake.ts', import.meta.url))

/** Why workers that hang after so many words ended, and when after the watchdog's start. */
async function endsOf(options: { words: number; count: number; timing?: Partial<Timing> }) {
  const config = readConfig({ TRUNKLINE_AGENT_HOME: `/hangs-after/${options.words}` })
  const ends: { reason: unknown; afterMs: number }[] = []
  const stop = new AbortController()
  const startedAt = performance.now()
  const log = (event: string, fields?: Record<string, unknown>) => {
    if (event !== 'worker_ended') return
    ends.push({ reason: fields?.['reason'], afterMs: performance.now() - startedAt })
    if (ends.length === options.count) stop.abort()
  }
  const kept = keepWorker({
    config,
    log,
    signal: stop.signal,
    worker,
    timing: options.timing ?? {},
  })
  await Promise.race([kept, sleep(30_000, undefined, { ref: false })])
  return ends
}

test.each([
  ['before its first word', 0, 'hung while it started'],
  ['while it loads', 1, 'hung while it started'],
  ['at work', 5, 'hung'],
])(
  'a worker that hangs %s is ended within five seconds',
  async (_, words, reason) => {
    const [end] = await endsOf({ words, count: 1 })
    expect(end?.reason).toBe(reason)
    expect(end?.afterMs).toBeLessThan(4_800)
  },
  40_000,
)

test('on a machine too slow to start one in that time, each next worker gets twice as long', async () => {
  const timing = { silenceMs: 200, lastChanceMs: 50, firstDelayMs: 1, longestDelayMs: 1 }
  const ends = await endsOf({ words: 0, count: 4, timing })
  const lasted = ends.map(({ afterMs }, index) => afterMs - (ends[index - 1]?.afterMs ?? 0))
  for (const [index, wanted] of [250, 450, 850, 1_650].entries())
    expect(lasted[index]).toBeGreaterThanOrEqual(wanted - 5)
}, 40_000)

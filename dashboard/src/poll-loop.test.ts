import { expect, onTestFinished, test, vi } from 'vitest'
import { createPollLoop, waitAfter } from './poll-loop.ts'

const gapMs = 10

function start(read: (signal: AbortSignal) => Promise<void>, waitMs = Infinity) {
  const calls = vi.fn(read)
  const failed = vi.fn()
  const loop = createPollLoop(
    { read: calls, failed, waitMs: () => waitMs, retryAfterMs: () => 0 },
    gapMs,
  )
  onTestFinished(loop.end)
  return { loop, calls, failed }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5 * gapMs))

test('one request at a time; many hints while it runs make one more', async () => {
  const first = Promise.withResolvers<void>()
  const { loop, calls } = start(() =>
    calls.mock.calls.length === 1 ? first.promise : Promise.resolve(),
  )
  loop.restart()
  for (let hints = 0; hints < 20; hints += 1) loop.soon()
  await settled()
  expect(calls).toHaveBeenCalledTimes(1)
  first.resolve()
  await settled()
  expect(calls).toHaveBeenCalledTimes(2)
})

test('a new question gives up the old one, whose answer no longer counts', async () => {
  const signals: AbortSignal[] = []
  const { loop, failed } = start((signal) => {
    signals.push(signal)
    return signals.length === 1
      ? new Promise((_, reject) => signal.addEventListener('abort', reject))
      : Promise.resolve()
  })
  loop.restart()
  loop.restart()
  await settled()
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
  expect(failed).not.toHaveBeenCalled()
})

test('after its end nothing starts it again', async () => {
  const { loop, calls } = start(() => Promise.resolve(), gapMs)
  loop.restart()
  loop.end()
  loop.restart()
  loop.soon()
  await settled()
  expect(calls).toHaveBeenCalledTimes(1)
})

test('a failure is told, and the next try comes later each time but never later than 18 s', () => {
  expect([1, 2, 3, 4, 9].map((failures) => waitAfter(failures, 0, 0.5))).toEqual([
    2_000, 4_000, 8_000, 15_000, 15_000,
  ])
  expect(waitAfter(1, 7_000, 0.5)).toBe(7_000)
  expect(waitAfter(9, 60_000, 1)).toBeCloseTo(18_000)
})

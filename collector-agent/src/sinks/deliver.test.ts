import fc from 'fast-check'
import { expect, test } from 'vitest'
import { delayMs } from './backoff.ts'
import { deliver, type Answer } from './deliver.ts'

/** A sink that never takes a request with a bad item, and fails at times. */
function sink(bad: ReadonlySet<number>, failures: Answer[] = []) {
  const taken: number[] = []
  const quarantined: number[] = []
  let waits = 0
  return {
    taken,
    quarantined,
    waits: () => waits,
    delivery: {
      signal: new AbortController().signal,
      onRetry: () => undefined,
      backoff: {
        wait: () => {
          waits += 1
          return Promise.resolve()
        },
        reset: () => undefined,
      },
      send: (items: readonly number[]): Promise<Answer> => {
        const failure = failures.shift()
        if (failure) return Promise.resolve(failure)
        if (items.some((item) => bad.has(item)))
          return Promise.resolve({ kind: 'poison', reason: 'bad' })
        taken.push(...items)
        return Promise.resolve({ kind: 'taken' })
      },
      quarantine: (item: number) => {
        quarantined.push(item)
        return Promise.resolve()
      },
    },
  }
}

test('whatever is bad, all the rest arrives, once and in order', async () => {
  const items = Array.from({ length: 40 }, (_, index) => index)
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 0, max: 39 })), async (list) => {
      const bad = new Set(list)
      const to = sink(bad)
      await deliver(items, to.delivery)
      expect(to.taken).toEqual(items.filter((item) => !bad.has(item)))
      expect(to.quarantined).toEqual(items.filter((item) => bad.has(item)))
    }),
  )
})

test('what fails for now is sent again until it is taken', async () => {
  const retry: Answer = { kind: 'retry', reason: 'away' }
  const to = sink(new Set(), [retry, retry, retry])
  await deliver([1, 2], to.delivery)
  expect(to.taken).toEqual([1, 2])
  expect(to.waits()).toBe(3)
})

test('waits longer each time, up to ten seconds, and never exactly as another agent', () => {
  expect(delayMs(0, 0)).toBe(125)
  expect(delayMs(0, 1)).toBe(250)
  expect(delayMs(3, 1)).toBe(2_000)
  expect(delayMs(50, 1)).toBe(10_000)
  expect(delayMs(50, 0)).toBe(5_000)
})

import { expect, test } from 'vitest'
import { createTokenBuckets } from './token-bucket.ts'

test('lets a burst through, then so many a second, for each key alone', () => {
  const buckets = createTokenBuckets({ perSecond: 2, burst: 3 })
  const take = (at: number, times: number) =>
    Array.from({ length: times }, () => buckets.take('a', at)).filter(Boolean).length
  expect(take(0, 10)).toBe(3)
  expect(take(500, 10)).toBe(1)
  expect(take(1_500, 10)).toBe(2)
  expect(buckets.take('b', 1_500)).toBe(true)
  expect(take(60_000, 10)).toBe(3)
})

test('a clock that goes back gives nothing', () => {
  const buckets = createTokenBuckets({ perSecond: 1, burst: 1 })
  expect(buckets.take('a', 10_000)).toBe(true)
  expect(buckets.take('a', 0)).toBe(false)
})

import { expect, test } from 'vitest'
import { spread } from './record.ts'

test('the median and the 95th percentile are values that were measured', () => {
  const values = Array.from({ length: 20 }, (_, index) => index + 1)
  expect(spread(values.toReversed())).toEqual({ median: 10, p95: 19, min: 1, max: 20 })
})

test('one value is its own median', () => {
  expect(spread([7])).toEqual({ median: 7, p95: 7, min: 7, max: 7 })
})

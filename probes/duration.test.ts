import { expect, test } from 'vitest'
import { durationMs } from './duration.ts'

test.for([
  ['500ms', 500],
  ['1.5s', 1_500],
  ['5m', 300_000],
  ['6h', 21_600_000],
  ['30d', 2_592_000_000],
] as const)('%s is %i ms', ([text, ms]) => {
  expect(durationMs(text)).toBe(ms)
})

test.for(['', '5', 's', '-1s', '1w', '1 s', '1s2'])('"%s" is refused in words', (text) => {
  expect(() => durationMs(text)).toThrow('is not a duration')
})

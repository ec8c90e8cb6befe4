import { expect, test } from 'vitest'
import { chooseStep } from './choose-step.ts'

const at = (seconds: number): Date => new Date(seconds * 1_000)

test.each([
  ['an hour of a probe of 10 s', { from: 0, to: 3_600, every: 10 }, 15],
  ['a day', { from: 0, to: 86_400, every: 15 }, 300],
  ['a minute of a probe of 60 s', { from: 0, to: 60, every: 60 }, 60],
  ['as given', { from: 0, to: 3_600, every: 10, stepSeconds: 37 }, 37],
  ['given too fine', { from: 0, to: 7 * 86_400, every: 10, stepSeconds: 1 }, 600],
])('%s', (_what, { from, to, every, ...given }, step) => {
  const chosen = chooseStep({ from: at(from), to: at(to), everySeconds: every, ...given })
  expect(chosen.step).toBe(step)
})

test('the range begins and ends on a bucket, and holds what was asked', () => {
  const range = { from: at(1_007), to: at(1_991), stepSeconds: 60, everySeconds: 10 }
  expect(chooseStep(range)).toEqual({ from: 960, to: 2_040, step: 60 })
})

test('never gives more than 1,500 buckets, wherever the range begins', () => {
  const range = { from: at(7), to: at(1_500 * 10 + 9), stepSeconds: 10, everySeconds: 10 }
  const { from, to, step } = chooseStep(range)
  expect((to - from) / step).toBeLessThanOrEqual(1_500)
})

import { expect, test } from 'vitest'
import { judgeVerification } from './judge-verification.ts'

const withinMs = 90_000
const open = { isOver: false }
const over = { isOver: true }

test.each([
  [
    'for an alert that is over',
    { alert: over, notYet: ['still there'], elapsedMs: 1 },
    'succeeded',
  ],
  ['for an alert that goes on, early', { alert: open, notYet: [], elapsedMs: 1 }, undefined],
  [
    'for an alert that goes on, at the end',
    { alert: open, notYet: [], elapsedMs: withinMs },
    'ineffective',
  ],
  ['for none, shown by samples', { alert: null, notYet: [], elapsedMs: 1 }, 'succeeded'],
  ['for none, not shown yet', { alert: null, notYet: ['no sample'], elapsedMs: 1 }, undefined],
  [
    'for none, never shown',
    { alert: null, notYet: ['no sample'], elapsedMs: withinMs },
    'ineffective',
  ],
] as const)('%s', (_says, seen, state) => {
  expect(judgeVerification({ ...seen, withinMs })?.state).toBe(state)
})

test('an ineffective action says what was seen', () => {
  const seen = { alert: open, elapsedMs: withinMs, withinMs }
  expect(judgeVerification({ ...seen, notYet: ['the session is still there'] })?.why).toBe(
    'the session is still there, and the alert goes on',
  )
  expect(judgeVerification({ ...seen, notYet: [] })?.why).toBe(
    'it did what it says, and the alert goes on',
  )
})

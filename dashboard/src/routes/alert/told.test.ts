import { expect, test } from 'vitest'
import { toldWords } from './told.ts'

test.for([
  ['told', 'told'],
  ['no_route', 'not told: no route matches'],
  ['not_notifying', ''],
  ['muted_by:instanceDown', 'not told: muted by instanceDown'],
  ['some_new_reason', 'not told: some new reason'],
] as const)('%s is said as "%s"', ([told, words]) => {
  expect(toldWords(told)).toBe(words)
})

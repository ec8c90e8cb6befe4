import { expect, test } from 'vitest'
import { reasonWords, toldWords } from './told.ts'

test.for([
  ['told', 'told'],
  ['no_route', 'not told: no route matches'],
  ['not_notifying', ''],
  ['muted_by:instanceDown', 'not told: muted by instanceDown'],
  ['some_new_reason', 'not told: some new reason'],
] as const)('%s is said as "%s"', ([told, words]) => {
  expect(toldWords(told)).toBe(words)
})

test('a reason is said in words, and not at all where a person acted', () => {
  expect(reasonWords('row_gone', null)).toBe('its condition is no longer there')
  expect(reasonWords('some_new_reason', null)).toBe('some new reason')
  expect(reasonWords('acknowledged', 'maria')).toBe('')
})

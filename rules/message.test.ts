import fc from 'fast-check'
import { expect, test } from 'vitest'
import { messageColumns, renderMessage } from './message.ts'

test('fills in columns, by filter as people say them', () => {
  const row = { who: 'shop', seconds: 3_725, size: 3 * 1024 ** 3, share: 81.25, sessions: 5 }
  const template =
    '{{ who }}: {{ seconds | duration }}, {{size|bytes}}, {{ share | percent }}, {{ sessions | count }}'
  expect(renderMessage(template, row)).toBe('shop: 1 h 2 min, 3 GiB, 81.3 %, 5')
})

test.each([
  [0.4, '0.4 s'],
  [75, '75 s'],
  [120, '2 min'],
  [310, '5 min 10 s'],
  [90_000, '1 d 1 h'],
  [Number.NaN, 'an unknown time'],
])('says %d s as %s', (seconds, text) => {
  expect(renderMessage('{{ s | duration }}', { s: seconds })).toBe(text)
})

test('says a time to the second, in UTC', () => {
  const row = { at: '2026-11-20T10:11:12.345678+01:00', never: 'soon' }
  expect(renderMessage('{{ at | time }}, {{ never | time }}', row)).toBe(
    '2026-11-20 09:11:12 UTC, an unknown time',
  )
})

test('a missing column leaves nothing behind', () => {
  expect(renderMessage('on {{ relation }} by {{ pid }}', { pid: null })).toBe('on by')
})

test('neutralises what a database says', () => {
  const row = { name: 'a\r\nBcc: all@example.org\u0000\u202eevil', query: 'x'.repeat(1_000) }
  expect(renderMessage('{{ name }}', row)).toBe('a Bcc: all@example.org evil')
  expect(renderMessage('{{ query }}', row)).toHaveLength(200)
  expect(renderMessage('{{ name }}', { name: '{{ other }} <script>"🐘' })).toBe(
    '{{ other }} <script>"🐘',
  )
})

test('is one line of bounded length whatever the row holds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
      const message = renderMessage('{{ a }} and {{ a }} and {{ a }}', { a: text })
      expect(Array.from(message).length).toBeLessThanOrEqual(500)
      expect(message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
    }),
  )
})

test('names the columns and the filters that do not exist', () => {
  expect(messageColumns('{{ a }} {{ b | bytes }} {{ c | shout }}')).toEqual({
    columns: ['a', 'b', 'c'],
    unknownFilters: ['shout'],
  })
})

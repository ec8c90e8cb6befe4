import { describe, expect, test } from 'vitest'
import { cleanText, cutText, textWidth } from './clean-text.ts'
import { humaneBytes, humaneSeconds } from './humane.ts'
import { levelText, parseLevel } from './levels.ts'
import { pairs, table } from './table.ts'

describe('hostile text stays text', () => {
  test.each([
    ['an escape sequence', '\u001b[2Jcleared', '\\u001b[2Jcleared'],
    ['a C1 control', '\u009b31mred', '\\u009b31mred'],
    ['a newline', 'two\nlines', 'two\\nlines'],
    ['a carriage return', 'over\rwritten', 'over\\u000dwritten'],
    ['a turned reading direction', 'abc\u202edef', 'abc\\u202edef'],
    ['half a surrogate pair', 'x\ud83d', 'x\ufffd'],
    ['emoji and quotes', '🦣 "o\'clock"', '🦣 "o\'clock"'],
  ])('%s', (_, hostile, shown) => {
    expect(cleanText(hostile)).toBe(shown)
  })
})

test('widths count what a terminal shows', () => {
  expect(textWidth('🦣')).toBe(2)
  expect(textWidth('数据库')).toBe(6)
  expect(textWidth('Überblick')).toBe(9)
  expect(cutText('数据库 primary', 8)).toBe('数据库 …')
})

test('columns line up, numbers to the right, absent values shown', () => {
  expect(
    table(
      ['name', 'rows'],
      [
        ['shop', 7],
        ['🦣', 12_000],
        [null, null],
      ],
    ),
  ).toBe(['NAME   ROWS', 'shop      7', '🦣    12000', '–         –'].join('\n'))
})

test('the widest column gives way first, down to the width of the terminal', () => {
  const text = table(['id', 'message'], [['1', 'a'.repeat(200)]], 40)
  expect(text.split('\n').every((line) => textWidth(line) <= 40)).toBe(true)
  expect(text).toContain('…')
  expect(text).toContain('ID')
})

test('an empty table is its headers', () => {
  expect(table(['id', 'name'], [])).toBe('ID  NAME')
})

test('pairs neutralise values too', () => {
  expect(pairs([['name', '\u001b[31mshop']])).toBe('name  \\u001b[31mshop')
})

test.each([
  [0.04, '0s'],
  [7.25, '7.3s'],
  [75, '1m 15s'],
  [3_600, '1h'],
  [90_061, '1d 1h'],
  [null, '–'],
])('%s seconds are %s', (seconds, text) => {
  expect(humaneSeconds(seconds)).toBe(text)
})

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_234_567, '1.23 MB'],
  [null, '–'],
])('%s bytes are %s', (bytes, text) => {
  expect(humaneBytes(bytes)).toBe(text)
})

describe('levels on the command line', () => {
  test('are read and written', () => {
    const level = parseLevel('above 300 clear 240 for 60s')
    expect(level).toEqual({ above: 300, clear: 240, for: '60s' })
    expect(levelText(level, 's')).toBe('≥ 300 s for 60s, clear < 240')
    expect(parseLevel('below 10 clear 15.5 for 5m')).toEqual({ below: 10, clear: 15.5, for: '5m' })
  })
  test.each([
    'above 300',
    'above x clear 1 for 1s',
    'above 1.2.3 clear 1 for 1s',
    'above 1 clear 1 for 1',
  ])('%s is refused', (text) => {
    expect(() => parseLevel(text)).toThrow('is not a level')
  })
})

import { describe, expect, test } from 'vitest'
import { sayAge, sayDuration, sayWritten } from './duration.ts'
import { sayFully, sayMoment, zoneName } from './moment.ts'
import { sayQuantity } from './quantity.ts'
import { oneLine, sayValue, visible } from './visible.ts'

describe('a duration', () => {
  test.for([
    [0, '0 s'],
    [0.0004, '0.4 ms'],
    [0.42, '420 ms'],
    [1, '1 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [250, '4 min 10 s'],
    [3_599, '59 min'],
    [7_500, '2 h 5 min'],
    [273_600, '3 d 4 h'],
    [86_400 * 40 + 3_600, '40 d'],
    [-250, '−4 min 10 s'],
    [Number.NaN, '–'],
  ] as const)('of %s seconds is said as %s', ([seconds, said]) => {
    expect(sayDuration(seconds)).toBe(said)
  })

  test.for([
    ['120s', '2 min'],
    ['60m', '1 h'],
    ['30d', '30 d'],
    ['250ms', '250 ms'],
    ['soon', 'soon'],
  ] as const)('written as %s is said as %s', ([text, said]) => {
    expect(sayWritten(text)).toBe(said)
  })

  test('as an age is never negative and has no fractions', () => {
    expect(sayAge(-0.7)).toBe('0 s')
    expect(sayAge(12.9)).toBe('12 s')
  })
})

describe('a quantity', () => {
  test.for([
    [1_610_612_736, 'By', '1.5 GiB'],
    [1_024, 'By/s', '1 KiB/s'],
    [12.345, '/s', '12.3/s'],
    [91.24, '%', '91.2 %'],
    [0.5, '1', '50 %'],
    [1, '{session}', '1 session'],
    [3, '{session}', '3 sessions'],
    [12_400, '{transaction}/s', '12.4 k transactions/s'],
    [250, 's', '4 min 10 s'],
    [999, '', '999'],
    [123.6, '', '124'],
    [null, 'By', '–'],
    [Number.POSITIVE_INFINITY, '%', '–'],
  ] as const)('%s %s is said as %s', ([value, unit, said]) => {
    expect(sayQuantity(value, unit)).toBe(said)
  })
})

describe('a moment', () => {
  const at = Date.parse('2026-11-20T23:47:24Z')

  test('of today has no date, another day has one', () => {
    expect(sayMoment(at, 'UTC', at + 60_000)).toBe('23:47:24')
    expect(sayMoment(at, 'UTC', at + 3_600_000)).toBe('20 Nov 2026 23:47:24')
  })

  test('is today or not by the zone it is shown in', () => {
    expect(sayMoment(at, 'Asia/Tokyo', at + 3_600_000)).toBe('08:47:24')
  })

  test('said fully names the zone as it is called then', () => {
    expect(sayFully(at, 'UTC')).toBe('Fri, 20 Nov 2026, 23:47:24 UTC')
    expect(zoneName('Europe/London', Date.parse('2026-07-01T00:00:00Z'))).toBe('BST')
    expect(zoneName('Europe/London', at)).toBe('GMT')
    expect(zoneName('Europe/Berlin', at)).toBe('CET')
    expect(zoneName('America/New_York', at)).toBe('EST')
    expect(zoneName('Asia/Kathmandu', at)).toBe('GMT+5:45')
  })
})

describe('text of a monitored server', () => {
  test('shows what would be invisible or turn the line around', () => {
    expect(visible('a\nb\u0000\u001b[31m')).toBe('a␊b␀␛[31m')
    expect(visible('x\u202egpj.exe')).toBe('x⟨U+202E⟩gpj.exe')
    expect(visible('\u007f\u200b')).toBe('␡⟨U+200B⟩')
  })

  test('keeps lines where asked, and leaves emoji, quotes and mark-up as they are', () => {
    expect(visible('select 1\n\tfrom x', { lines: true })).toBe('select 1\n\tfrom x')
    expect(visible(`<script>"☂️'👩‍💻`)).toBe(`<script>"☂️'👩‍💻`)
  })

  test('of several lines is one line in a cell', () => {
    expect(oneLine('\n  select 1\n   from \u202ex\n')).toBe('select 1 from ⟨U+202E⟩x')
  })

  test('of any type fits a cell', () => {
    expect(sayValue(null)).toBe('–')
    expect(sayValue(0.1 + 0.2)).toBe('0.3')
    expect(sayValue(7_410_418_437)).toBe('7410418437')
    expect(sayValue({ a: ['b\n'] })).toBe('{"a":["b\\n"]}')
    expect(sayValue(false)).toBe('false')
  })
})

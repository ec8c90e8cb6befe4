import type { DetailType } from '@trunkline/probes'
import { expect, test } from 'vitest'
import { encodeValue } from './encode-value.ts'

test.each([
  ['float8', 1.5, '1.5'],
  ['float8', Number.NaN, 'NULL'],
  ['float8', '1', undefined],
  ['int8', '-9223372036854775', '-9223372036854775'],
  ['int8', 1.5, undefined],
  ['bool', false, 'f'],
  ['bool', 0, undefined],
  ['timestamptz', '2026-03-01 12:00:00.123456+05:30', '"2026-03-01 12:00:00.123456+05:30"'],
  ['timestamptz', '2026-03-01T12:00:00+00', '"2026-03-01T12:00:00+00"'],
  ['timestamptz', '2026-13-01T12:00:00Z', undefined],
  ['timestamptz', 'infinity', undefined],
  ['text', 'a"b\\c\0', '"a\\"b\\\\c"'],
  ['text', '\ud800', '"\ufffd"'],
  ['text', 5, undefined],
  ['jsonb', { a: ['\0"'] }, '"{\\"a\\":[\\"\\\\\\"\\"]}"'],
  ['jsonb', null, 'NULL'],
] as [DetailType, unknown, string | undefined][])('%s %j becomes %s', (type, value, text) => {
  expect(encodeValue(type, value)).toBe(text)
})

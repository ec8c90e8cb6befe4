import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseArray, writeArray } from './array-types.ts'

test.each([
  ['{}', []],
  ['{1,2}', ['1', '2']],
  ['{NULL,"NULL",""}', [null, 'NULL', '']],
  [String.raw`{"a \"b\" \\ {c},d"}`, [String.raw`a "b" \ {c},d`]],
  [
    '{{a,b},{c,d}}',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  ['[0:1]={1,2}', ['1', '2']],
])('%s', (text, array) => {
  expect(parseArray(text, String)).toEqual(array)
})

test('what is written is read again, whatever it holds', () => {
  const strings = fc.array(fc.option(fc.string({ unit: 'binary' })))
  fc.assert(
    fc.property(strings, (values) => {
      expect(parseArray(writeArray(values, String), String)).toEqual(values)
    }),
  )
})

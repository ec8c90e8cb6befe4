import { expect, test } from 'vitest'
import { createOutput } from './output.ts'
import { bind } from './bind.ts'

test('parameters are bound by number, never written into the text', () => {
  const bound = bind('select $pid::int, $name, $pid, $other, $1', { pid: 7, name: "'; drop --" })
  expect(bound).toEqual({ text: 'select $1::int, $2, $1, $other, $1', values: [7, "'; drop --"] })
})

test('names from the prototype are no parameters', () => {
  expect(bind('$constructor', {})).toEqual({ text: '$constructor', values: [] })
})

test('output keeps its beginning and its end, and counts all of it', () => {
  const output = createOutput()
  output.line('first')
  for (let count = 0; count < 3_000; count += 1) output.line('x'.repeat(99))
  output.line('last')
  const { outputHead, outputTail, outputBytes } = output.result()
  expect(outputBytes).toBe(6 + 300_000 + 5)
  expect(outputHead).toMatch(/^first\n/)
  expect(outputTail).toMatch(/\nlast\n$/)
  expect(outputHead.length).toBe(65_536)
  expect(outputTail.length).toBe(65_536)
})

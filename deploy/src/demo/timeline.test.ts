import { expect, test } from 'vitest'
import { startTimeline } from './timeline.ts'

test('steps that happen side by side are told in the order of their times, the missing last', async () => {
  const lines: string[] = []
  const line = startTimeline(
    '(x)',
    (text) => lines.push(text),
    () => 10_000,
  )
  const told = (seconds: number) => Promise.resolve({ detail: 'it', at: 10_000 + seconds * 1_000 })
  await line.expectAll([
    { step: 'never', happening: Promise.reject(new Error('not seen')) },
    { step: 'verified', happening: told(18.3) },
    { step: 'resolved mail', happening: told(17.8) },
  ])
  expect(lines.slice(1).map((one) => one.trim().split(/ {2,}/))).toEqual([
    ['17.8 s', 'resolved mail', 'it'],
    ['18.3 s', 'verified', 'it'],
    ['MISSING', 'never', 'not seen'],
  ])
  expect(line.missing()).toEqual(['(x): never'])
})

test('Ctrl-C ends the waiting, and is not a missing step', async () => {
  const line = startTimeline('(x)', () => undefined)
  const happening = Promise.reject(new DOMException('stopped', 'AbortError'))
  await expect(line.expectAll([{ step: 'verified', happening }])).rejects.toThrow('stopped')
  expect(line.missing()).toEqual([])
})

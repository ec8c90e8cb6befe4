import { describe, expect, test } from 'vitest'
import { linesOf, newestIndex, stacked, summaryOf, usualSpacing } from './lines.ts'

const series = (labels: Record<string, string>, column: string, values: (number | null)[]) => ({
  labels,
  column,
  kind: 'gauge' as const,
  times: values.map((_, index) => index * 10),
  values,
})

describe('the lines of a chart', () => {
  test('are one for each column, over all labels together', () => {
    const history = {
      series: [
        series({ database: 'a' }, 'commits', [1, 2]),
        series({ database: 'b' }, 'commits', [10, null]),
        series({ database: 'a' }, 'rollbacks', [0, 0]),
        series({ database: 'a' }, 'something_else', [9, 9]),
      ],
    }
    expect(
      linesOf(history, { columns: { commits: 'committed', rollbacks: 'rolled back' } }),
    ).toEqual({
      times: [0, 10],
      lines: [
        { name: 'committed', values: [11, 2] },
        { name: 'rolled back', values: [0, 0] },
      ],
      cut: 0,
    })
  })

  test('by a label are its values: the biggest that can be told apart, in the order of their names', () => {
    const history = {
      series: Array.from({ length: 11 }, (_, index) =>
        series({ state: `s${index}` }, 'count', [index]),
      ),
    }
    const lines = linesOf(history, { columns: { count: '' }, by: 'state' })
    expect(lines.lines.map(({ name }) => name)).toEqual([
      's10',
      's3',
      's4',
      's5',
      's6',
      's7',
      's8',
      's9',
    ])
    expect(lines).toMatchObject({ cut: 3 })
  })

  test('keep their gaps: no data is not zero', () => {
    const history = {
      series: [series({}, 'x', [1, null, 3]), { ...series({}, 'y', [5]), times: [5] }],
    }
    expect(linesOf(history, { columns: { x: 'x', y: 'y' } })).toMatchObject({
      times: [0, 5, 10, 20],
      lines: [
        { name: 'x', values: [1, null, null, 3] },
        { name: 'y', values: [null, 5, null, null] },
      ],
    })
  })
})

test('stacked areas add up; what is missing beside data is zero, where nothing is there is a gap', () => {
  const lines = [
    { name: 'a', values: [1, null, null] },
    { name: 'b', values: [2, 2, null] },
  ]
  expect(stacked({ times: [0, 10, 20], lines })).toEqual([
    [1, 0, null],
    [3, 2, null],
  ])
  expect(newestIndex({ times: [0, 10, 20], lines })).toBe(1)
})

test('the usual spacing is that of the values, not of the buckets', () => {
  const lines = [
    { name: 'a', values: [1, null, null, 2, null, null, 3, null, null, null, null, 4] },
  ]
  expect(usualSpacing({ times: lines[0]?.values.map((_, index) => index * 10) ?? [], lines })).toBe(
    30,
  )
  expect(usualSpacing({ times: [0], lines: [{ name: 'a', values: [1] }] })).toBe(0)
})

test('a sentence says what the picture shows', () => {
  const lines = { times: [0, 10], lines: [{ name: 'active', values: [4, 1, null] }], cut: 0 }
  expect(summaryOf('Connections', lines, String)).toBe(
    'Connections. active: newest 1, lowest 1, highest 4.',
  )
  expect(summaryOf('Connections', { times: [], lines: [], cut: 0 }, String)).toBe(
    'Connections: no data in this range',
  )
})

import { describe, expect, test } from 'vitest'
import { timeLabels, timeSplits } from './axis.ts'

const hour = 3_600_000
const at = (time: string) => Date.parse(time)
const labels = ([from, to]: [string, string], zone: string, count: number) =>
  timeLabels(timeSplits({ from: at(from), to: at(to) }, zone, count), zone)

describe('ticks stand at round times of the wall clock', () => {
  test('in UTC', () => {
    expect(labels(['2026-11-20T10:07:00Z', '2026-11-20T11:07:00Z'], 'UTC', 6)).toEqual([
      '10:10\n20 Nov',
      '10:20',
      '10:30',
      '10:40',
      '10:50',
      '11:00',
    ])
  })

  test('in a zone whose offset is no whole hour', () => {
    expect(labels(['2026-11-20T00:00:00Z', '2026-11-20T12:00:00Z'], 'Asia/Kathmandu', 4)).toEqual([
      '06:00\n20 Nov',
      '09:00',
      '12:00',
      '15:00',
    ])
  })

  test('with seconds when they are close together', () => {
    expect(labels(['2026-11-20T00:00:00Z', '2026-11-20T00:00:20Z'], 'UTC', 4)).toEqual([
      '00:00:00\n20 Nov',
      '00:00:05',
      '00:00:10',
      '00:00:15',
      '00:00:20',
    ])
  })
})

describe('when daylight saving changes', () => {
  test('the skipped hour has no tick and the others stay round', () => {
    // New York, 8 March 2026: 02:00 becomes 03:00 at 07:00 UTC.
    expect(labels(['2026-03-08T05:00:00Z', '2026-03-08T10:00:00Z'], 'America/New_York', 5)).toEqual(
      ['00:00\n8 Mar', '01:00', '03:00', '04:00', '05:00', '06:00'],
    )
  })

  test('the repeated hour has both its ticks', () => {
    // Berlin, 25 October 2026: 03:00 becomes 02:00 at 01:00 UTC.
    const span = { from: at('2026-10-24T23:00:00Z'), to: at('2026-10-25T03:00:00Z') }
    const splits = timeSplits(span, 'Europe/Berlin', 5)
    expect(splits.map((split) => (split - span.from) / hour)).toEqual([0, 1, 2, 3, 4])
    expect(timeLabels(splits, 'Europe/Berlin')).toEqual([
      '01:00\n25 Oct',
      '02:00',
      '02:00',
      '03:00',
      '04:00',
    ])
  })

  test('half an hour at once is no different', () => {
    // Lord Howe, 4 October 2026: 02:00 becomes 02:30 at 15:30 UTC on the 3rd.
    expect(
      labels(['2026-10-03T14:30:00Z', '2026-10-03T18:00:00Z'], 'Australia/Lord_Howe', 4),
    ).toEqual(['01:00\n4 Oct', '03:00', '04:00', '05:00'])
  })

  test('days begin at midnight on both sides, 23 or 25 hours apart', () => {
    const span = { from: at('2026-03-28T00:00:00Z'), to: at('2026-03-31T00:00:00Z') }
    const splits = timeSplits(span, 'Europe/Berlin', 4)
    expect(timeLabels(splits, 'Europe/Berlin')).toEqual(['29 Mar', '30 Mar', '31 Mar'])
    expect(splits.slice(1).map((split, index) => (split - (splits[index] ?? 0)) / hour)).toEqual([
      23, 24,
    ])
  })

  test('a day whose midnight is skipped begins at the jump', () => {
    // São Paulo, 4 November 2018: 00:00 becomes 01:00 at 03:00 UTC.
    const span = { from: at('2018-11-03T12:00:00Z'), to: at('2018-11-05T12:00:00Z') }
    const splits = timeSplits(span, 'America/Sao_Paulo', 2)
    expect(splits.map((split) => new Date(split).toISOString())).toEqual([
      '2018-11-04T03:00:00.000Z',
      '2018-11-05T02:00:00.000Z',
    ])
  })
})

test('ticks are in order and few, in any zone and any range', () => {
  const from = at('2026-03-01T00:00:00Z')
  for (const zone of [
    'UTC',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'local',
  ]) {
    for (const length of [60_000, hour, 5 * hour, 26 * hour, 9 * 24 * hour, 90 * 24 * hour]) {
      const splits = timeSplits({ from, to: from + length }, zone, 6)
      expect(splits.length).toBeGreaterThan(0)
      expect(splits.length).toBeLessThanOrEqual(9)
      expect(splits.toSorted((a, b) => a - b)).toEqual(splits)
    }
  }
})

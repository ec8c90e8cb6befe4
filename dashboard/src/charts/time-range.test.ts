import { describe, expect, test } from 'vitest'
import * as fc from 'fast-check'
import {
  defaultRange,
  fixed,
  isLive,
  rangeName,
  readRange,
  shifted,
  spanOf,
  zoomedOut,
} from './time-range.ts'

const now = Date.parse('2026-11-20T12:00:00Z')
const hour = 3_600_000

describe('the range of a URL', () => {
  test('reads relative and fixed bounds, also mixed', () => {
    expect(readRange({ from: 'now-6h', to: 'now' }, now)).toEqual({ from: 'now-6h', to: 'now' })
    const mixed = { from: '2026-11-20T09:00:00Z', to: 'now-1h' }
    expect(readRange(mixed, now)).toEqual(mixed)
    expect(spanOf(mixed, now)).toEqual({ from: now - 3 * hour, to: now - hour })
  })

  test.for([
    {},
    { from: 'yesterday' },
    { from: 'now', to: 'now-1h' },
    { from: 'now-1s' },
    { from: 'now-9999d' },
    { from: '2026-11-20', to: 'now' },
    { from: ['now-1h', 'now-2h'] },
    { from: '2026-13-41T00:00:00Z' },
  ])('is the last hour when it is %j', (query) => {
    expect(readRange(query, now)).toEqual(defaultRange)
  })

  test('is live only when it ends now', () => {
    expect(isLive({ from: 'now-1h', to: 'now' })).toBe(true)
    expect(isLive({ from: 'now-2h', to: 'now-1h' })).toBe(false)
    expect(rangeName({ from: 'now-15m', to: 'now' })).toBe('last 15 min')
    expect(rangeName(fixed({ from: now - hour, to: now }))).toBeUndefined()
  })
})

const spans = fc
  .record({ ago: fc.integer({ min: 0, max: 1e9 }), length: fc.integer({ min: 1, max: 86_400 }) })
  .map(({ ago, length }) => ({ from: now - (ago + length) * 1_000, to: now - ago * 1_000 }))

describe('moving through time', () => {
  test('steps by half a range and stops at now', () => {
    const span = { from: now - 2 * hour, to: now - hour / 4 }
    expect(spanOf(shifted(span, 1, now), now)).toEqual({ from: now - 1.75 * hour, to: now })
    expect(spanOf(shifted({ from: now - hour, to: now }, -1, now), now)).toEqual({
      from: now - 1.5 * hour,
      to: now - hour / 2,
    })
  })

  test('zooms out to twice the length, not beyond now', () => {
    expect(spanOf(zoomedOut({ from: now - hour, to: now }, now), now)).toEqual({
      from: now - 2 * hour,
      to: now,
    })
  })

  test('always yields a range that can be read again, at least ten seconds long', () => {
    fc.assert(
      fc.property(spans, (span) => {
        for (const range of [fixed(span), shifted(span, -1, now), zoomedOut(span, now)]) {
          expect(readRange(range, now + 60_000)).toEqual(range)
        }
      }),
    )
  })
})

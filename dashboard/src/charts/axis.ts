import { format, type Zone } from '../text/moment.ts'
import type { Span } from './time-range.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const steps = [
  1_000,
  5_000,
  10_000,
  15_000,
  30_000,
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  7 * day,
  14 * day,
  28 * day,
] as const

/**
 * Ticks of a time axis at round times of the wall clock in a zone, at most `count` of them. uPlot's own (1.6.32)
 * are an hour off in a zone other than the browser's when daylight saving changes, so they are not used.
 */
export function timeSplits(span: Span, zone: Zone, count: number): number[] {
  const room = (span.to - span.from) / Math.max(1, count)
  const step = steps.find((ms) => ms >= room) ?? Math.ceil(room / (28 * day)) * 28 * day
  // Walk the wall clock, not the time: then ticks stay at round hours across a change of offset.
  const first = wallOf(span.from, zone)
  const last = wallOf(span.to, zone) + 2 * hour
  const splits: number[] = []
  for (let wall = Math.floor(first / step) * step - step; wall <= last; wall += step) {
    for (const at of timesOf(wall, zone, step)) {
      if (at >= span.from && at <= span.to && at > (splits.at(-1) ?? -Infinity)) splits.push(at)
    }
  }
  return splits
}

/** What is written at the ticks: the time, and the date under the first one and wherever it changes. */
export function timeLabels(splits: readonly number[], zone: Zone): string[] {
  const gap = Math.min(...splits.slice(1).map((at, index) => at - (splits[index] ?? at)))
  const clock = format(zone, gap < minute ? 'time' : 'minute')
  let before = ''
  return splits.map((at) => {
    const date = format(zone, 'day')
      .format(at)
      .replace(/ \d{4}$/, '')
    const changed = date !== before
    before = date
    const time = clock.format(at)
    if (gap >= 20 * hour) return date
    return changed ? `${time}\n${date}` : time
  })
}

/** The wall clock of a zone at a time, as if it were UTC. */
function wallOf(at: number, zone: Zone): number {
  const parts = Object.fromEntries(
    format(zone, 'parts')
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  ) as Record<string, number>
  const { year = 0, month = 1, day: date = 1, hour: h = 0, minute: m = 0, second: s = 0 } = parts
  return Date.UTC(year, month - 1, date, h, m, s)
}

/**
 * The times at which the wall clock reads this: one, two when the hour is repeated, or, when it is skipped, the
 * moment of the jump if the axis would otherwise have no tick there (whole days), else none.
 */
function timesOf(wall: number, zone: Zone, step: number): number[] {
  const around = [wall - day, wall + day].map((at) => wallOf(at, zone) - at)
  const candidates = [...new Set(around)].map((offset) => wall - offset)
  const exact = candidates.filter((at) => wallOf(at, zone) === wall).toSorted((a, b) => a - b)
  if (exact.length > 0) return step >= day ? exact.slice(0, 1) : exact
  return step >= day ? [Math.max(...candidates)] : []
}

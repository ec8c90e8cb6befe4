/** A bound of a range as the URL has it: `now`, `now-6h`, or an RFC 3339 time. */
export type Bound = string
export interface TimeRange {
  from: Bound
  to: Bound
}
/** Milliseconds since 1970. */
export interface Span {
  from: number
  to: number
}

export const defaultRange: TimeRange = { from: 'now-1h', to: 'now' }
export const presets = ['5m', '15m', '1h', '3h', '6h', '12h', '24h', '2d', '7d', '30d'] as const

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const
const shortestMs = 10_000
const longestMs = 400 * unitMs.d

/** The range of a URL's query; what is missing or cannot be read is the last hour. */
export function readRange(query: { from?: unknown; to?: unknown }, now: number): TimeRange {
  const { from = defaultRange.from, to = defaultRange.to } = query
  if (typeof from !== 'string' || typeof to !== 'string') return defaultRange
  return spanOf({ from, to }, now) === undefined ? defaultRange : { from, to }
}

/** The range at a time, or `undefined` when it is no range: unreadable, empty or backwards, or too long. */
export function spanOf(range: TimeRange, now: number): Span | undefined {
  const [from, to] = [resolve(range.from, now), resolve(range.to, now)]
  if (from === undefined || to === undefined) return undefined
  return to - from < shortestMs || to - from > longestMs ? undefined : { from, to }
}

/** Ends at the present moment, so it moves. */
export function isLive(range: TimeRange): boolean {
  return range.to === 'now'
}

/** Half a range earlier (-1) or later (+1); never beyond now. */
export function shifted(span: Span, direction: -1 | 1, now: number): TimeRange {
  const half = ((span.to - span.from) / 2) * direction
  const over = Math.max(0, span.to + half - now)
  return fixed({ from: span.from + half - over, to: span.to + half - over })
}

/** Twice as long around the same middle; never beyond now. */
export function zoomedOut(span: Span, now: number): TimeRange {
  const length = span.to - span.from
  const to = Math.min(now, span.to + length / 2)
  return fixed({ from: Math.max(to - length * 2, to - longestMs), to })
}

/** The span as two RFC 3339 times: what a link in a ticket must have. At least ten seconds long. */
export function fixed(span: Span): TimeRange {
  const short = Math.max(0, shortestMs - (span.to - span.from))
  return { from: asTime(span.from - short / 2), to: asTime(span.to + short / 2) }
}

/** What the range is called: `last 1 h`, or nothing when it is fixed. */
export function rangeName(range: TimeRange): string | undefined {
  const length = /^now-(\d+)([smhdw])$/.exec(range.from)
  if (!length || range.to !== 'now') return undefined
  const unit = length[2] === 'm' ? 'min' : length[2]
  return `last ${length[1]} ${unit}`
}

function resolve(bound: Bound, now: number): number | undefined {
  if (bound === 'now') return now
  const back = /^now-(\d{1,6})([smhdw])$/.exec(bound)
  if (back) return now - Number(back[1]) * unitMs[back[2] as keyof typeof unitMs]
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(bound)) return undefined
  const at = Date.parse(bound)
  return Number.isNaN(at) ? undefined : at
}

const asTime = (ms: number) =>
  new Date(Math.round(ms / 1_000) * 1_000).toISOString().replace('.000Z', 'Z')

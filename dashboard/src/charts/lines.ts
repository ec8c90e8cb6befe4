import type { History } from '../api.ts'

export interface Line {
  name: string
  /** One for each time; null where there is no data. */
  values: (number | null)[]
}

export interface Lines {
  /** Seconds since 1970, ascending. */
  times: number[]
  lines: Line[]
  /** Lines left out because there were too many to tell apart. */
  cut: number
}

export interface LinesSpec {
  /** Column of the probe → what its line is called. */
  columns: Record<string, string>
  /** Lines by this label's values; over all other labels values are added up. Without it, over all labels. */
  by?: string
}

/** As many as there are colours. */
const most = 8

/** The lines of a chart from a history: series with the same name become one. */
export function linesOf(history: Pick<History, 'series'>, spec: LinesSpec): Lines {
  const series = history.series.filter(({ column }) => column in spec.columns)
  const times = [...new Set(series.flatMap((one) => one.times))].toSorted((a, b) => a - b)
  const indexes = new Map(times.map((time, index) => [time, index]))
  const lines = new Map<string, (number | null)[]>()
  for (const one of series) {
    const name = nameOf(one, spec)
    const values = lines.get(name) ?? times.map(() => null)
    lines.set(name, values)
    one.times.forEach((time, at) => {
      const [index, value] = [indexes.get(time), one.values[at] ?? null]
      if (index !== undefined && value !== null) values[index] = (values[index] ?? 0) + value
    })
  }
  const all = [...lines].map(([name, values]) => ({ name, values }))
  const shown = spec.by === undefined ? inOrder(all, Object.values(spec.columns)) : biggest(all)
  return { times, lines: shown, cut: all.length - shown.length }
}

/** Each line on top of those before it, for areas. Where any line has data, one that has none is zero. */
export function stacked({ times, lines }: Pick<Lines, 'times' | 'lines'>): (number | null)[][] {
  const isKnown = times.map((_, index) => lines.some(({ values }) => values[index] !== null))
  const sums = times.map(() => 0)
  return lines.map(({ values }) =>
    values.map((value, index) => {
      sums[index] = (sums[index] ?? 0) + (value ?? 0)
      return isKnown[index] ? (sums[index] ?? 0) : null
    }),
  )
}

/** The last time at which there is any data: what "newest" means for every line. */
export function newestIndex({ times, lines }: Pick<Lines, 'times' | 'lines'>): number {
  return times.findLastIndex((_, index) => lines.some(({ values }) => values[index] !== null))
}

/** The times at which any line has data. */
export function knownTimes({ times, lines }: Pick<Lines, 'times' | 'lines'>): number[] {
  return times.filter((_, index) => lines.some(({ values }) => values[index] !== null))
}

/**
 * The usual distance in seconds from one value to the next. A history has more buckets than there were samples when the
 * range is short: only what is much longer than this is a gap.
 */
export function usualSpacing({ times, lines }: Pick<Lines, 'times' | 'lines'>): number {
  const known = knownTimes({ times, lines })
  const distances = known.slice(1).map((time, index) => time - (known[index] ?? time))
  return distances.toSorted((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 0
}

/** One sentence that says what the picture shows, for who cannot see it. */
export function summaryOf(title: string, lines: Lines, say: (value: number) => string): string {
  const said = lines.lines.map(({ name, values }) => {
    const known = values.filter((value) => value !== null)
    const newest = known.at(-1)
    if (newest === undefined) return `${name}: no data`
    return `${name}: newest ${say(newest)}, lowest ${say(Math.min(...known))}, highest ${say(Math.max(...known))}`
  })
  return said.length === 0 ? `${title}: no data in this range` : `${title}. ${said.join('. ')}.`
}

function nameOf(one: History['series'][number], spec: LinesSpec): string {
  const column = spec.columns[one.column] ?? one.column
  if (spec.by === undefined) return column
  const value = one.labels[spec.by] || 'none'
  return column === '' ? value : `${value} ${column}`
}

const inOrder = (lines: Line[], names: string[]) =>
  lines.toSorted((a, b) => names.indexOf(a.name) - names.indexOf(b.name))

/** The biggest, in the order of their names: a line keeps its place and colour while values change. */
function biggest(lines: Line[]): Line[] {
  const size = ({ values }: Line) =>
    values.reduce<number>((sum, value) => sum + Math.abs(value ?? 0), 0)
  return lines
    .map((line) => ({ line, size: size(line) }))
    .toSorted((a, b) => b.size - a.size)
    .slice(0, most)
    .map(({ line }) => line)
    .toSorted((a, b) => a.name.localeCompare(b.name))
}

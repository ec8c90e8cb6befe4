import { columnsOf, durationMs, targetColumn, type Probe } from '@trunkline/probes'
import type { Sql } from 'postgres'
import { historyStatement, type HistoryColumn } from './history/history-statement.ts'
import { chooseStep } from './history/choose-step.ts'

export interface HistoryQuery {
  name: string
  probe: Probe
  target: number
  from: Date
  to: Date
  /** Default: such that there are about 300 buckets. */
  stepSeconds?: number
  /** Metric columns; default all. */
  columns?: readonly string[]
}

export interface Series {
  labels: Record<string, string>
  column: string
  /** A counter's values are its rate per second, never negative. */
  kind: 'gauge' | 'counter'
  /** Starts of the buckets, in seconds since 1970. */
  times: number[]
  /** Null where nothing was collected. */
  values: (number | null)[]
}

export interface History {
  from: Date
  to: Date
  stepSeconds: number
  series: Series[]
}

const maxSeries = 200

/** A probe's numbers over time on one target, in at most 1,500 buckets and 200 series. */
export async function readHistory({ sql }: { sql: Sql }, query: HistoryQuery): Promise<History> {
  const { name, probe, target } = query
  const columns = chooseColumns(probe, query.columns)
  const everySeconds = durationMs(probe.every) / 1000
  const { from, to, step } = chooseStep({ ...query, everySeconds })
  const range = { from: new Date(from * 1000), to: new Date(to * 1000), stepSeconds: step }
  if (columns.length === 0) return { ...range, series: [] }
  const labels = Object.keys(probe.labels)
  const sets = Math.max(1, Math.floor(maxSeries / columns.length))
  const statement = historyStatement({
    name,
    labels,
    columns,
    target: targetColumn(probe),
    since: probe.since,
  })
  const found = await sql
    .unsafe(statement, [target, from, to, step, 2 * everySeconds + step, sets], { prepare: true })
    .values()
  const rows: Cell[][] = found
  const times = Array.from(
    { length: Math.ceil((to - from) / step) },
    (_, place) => from + place * step,
  )
  return { ...range, series: toSeries({ rows, labels, columns, times }) }
}

function chooseColumns(probe: Probe, wanted: readonly string[] | undefined): HistoryColumn[] {
  const all = Object.values(probe.metrics).flatMap(({ kind, columns }) =>
    Object.keys(columns).map((name) => ({ name, kind })),
  )
  const unknown = wanted?.find((name) => !all.some((column) => column.name === name))
  if (unknown !== undefined) {
    const isDetail = columnsOf(probe).some((column) => column.name === unknown)
    throw new RangeError(`"${unknown}" is ${isDetail ? 'not a metric' : 'no column'} of this probe`)
  }
  return wanted === undefined ? all : all.filter(({ name }) => wanted.includes(name))
}

/** A label, the number of a bucket, or a value. */
type Cell = string | number | null

interface Shape {
  rows: readonly (readonly Cell[])[]
  labels: readonly string[]
  columns: readonly HistoryColumn[]
  times: number[]
}

/** Rows are labels, number of the bucket, then a value of each column; in the order of labels. */
function toSeries({ rows, labels, columns, times }: Shape): Series[] {
  const bySet = Map.groupBy(rows, (row) => JSON.stringify(row.slice(0, labels.length)))
  return [...bySet.values()].flatMap((group) =>
    columns.map(({ name, kind }, place) => {
      const values = Array<number | null>(times.length).fill(null)
      for (const row of group) {
        values[Number(row[labels.length])] = row[labels.length + 1 + place] as number | null // float8
      }
      const first = group[0] ?? []
      return {
        labels: Object.fromEntries(labels.map((label, at) => [label, String(first[at])])),
        column: name,
        kind,
        times,
        values,
      }
    }),
  )
}

import type { AttributeKey, Metric, Probe } from './probe.ts'

/** The rows of one probe run by column, as a sample carries them. */
export interface SampleColumns {
  /** RFC 3339: the time of every point. */
  collectedAt: string
  rowCount: number
  columns: Record<string, readonly unknown[]>
}

/** One metric of a sample with all its points; metrics without a point are left out. */
export interface MetricPoints {
  name: string
  kind: Metric['kind']
  unit: string
  description: string
  points: Point[]
}

export interface Point {
  attributes: Record<AttributeKey, string>
  value: number
  timeMs: number
  /** When the counter last started from zero, where the server says so. */
  startMs: number | undefined
}

/**
 * The numbers of a sample as metric points. `target` names what was probed and is an attribute of every point: stores
 * treat resource attributes each in their own way. What is null has no point, and an empty label is no attribute.
 */
export function pointsOf(
  probe: Probe,
  sample: SampleColumns,
  target: Record<AttributeKey, string>,
): MetricPoints[] {
  const rows = Array.from({ length: sample.rowCount }, (_, row) => ({
    row,
    labels: { ...target, ...labelsOf(probe, sample, row) },
    startMs: startOf(probe, sample, row),
  }))
  const timeMs = Date.parse(sample.collectedAt)
  return Object.entries(probe.metrics)
    .map(([name, { columns, kind, unit, description }]) => {
      const points = Object.entries(columns).flatMap(([column, fixed]) =>
        rows.flatMap(({ row, labels, startMs }): Point[] => {
          const value = sample.columns[column]?.[row]
          if (typeof value !== 'number' || !Number.isFinite(value)) return []
          return [{ attributes: { ...labels, ...fixed }, value, timeMs, startMs }]
        }),
      )
      return { name, kind, unit, description, points }
    })
    .filter(({ points }) => points.length > 0)
}

function labelsOf(probe: Probe, sample: SampleColumns, row: number): Record<AttributeKey, string> {
  const labels: Record<AttributeKey, string> = {}
  for (const [column, key] of Object.entries(probe.labels)) {
    const value = sample.columns[column]?.[row]
    if (typeof value === 'string' && value !== '') labels[key] = value
  }
  return labels
}

function startOf(probe: Probe, sample: SampleColumns, row: number): number | undefined {
  const value = probe.since === undefined ? undefined : sample.columns[probe.since]?.[row]
  const startMs = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(startMs) ? undefined : startMs
}

import type { DetailType, Probe } from './probe.ts'

/** What a column is for: part of a series' identity, a number of a metric, a counter's start, or a detail. */
export interface Column {
  name: string
  role: 'label' | 'metric' | 'since' | 'detail'
  /** Its type in `pemdata` and `pemhistory`. Every metric column is `float8`. */
  type: DetailType
}

/** Every column a probe's rows have, in the order of its tables. */
export function columnsOf(probe: Probe): Column[] {
  const metricColumns = Object.values(probe.metrics).flatMap((metric) =>
    Object.keys(metric.columns),
  )
  return [
    ...Object.keys(probe.labels).map((name) => ({ name, role: 'label', type: 'text' }) as const),
    ...metricColumns.map((name) => ({ name, role: 'metric', type: 'float8' }) as const),
    ...(probe.since ? [{ name: probe.since, role: 'since', type: 'timestamptz' } as const] : []),
    ...Object.entries(probe.details ?? {}).map(
      ([name, type]) => ({ name, role: 'detail', type }) as const,
    ),
  ]
}

/** The columns that, with the target's id, identify a row of `pemdata.<probe>`. */
export function keyOf(probe: Probe): readonly string[] {
  return probe.key ?? Object.keys(probe.labels)
}

/** The column of the tables that names what was probed. */
export function targetColumn(probe: Probe): 'instance_id' | 'host_id' {
  return probe.scope === 'host' ? 'host_id' : 'instance_id'
}

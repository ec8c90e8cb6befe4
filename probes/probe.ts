import type { Duration } from './duration.ts'

/**
 * What to read, and what each column means. Plain data, no functions: it becomes two tables
 * (`table.ts`) and, for the columns that are numbers with a bounded set of labels, metrics (`points.ts`).
 */
export interface Probe {
  summary: string
  /**
   * `instance`: once per server. `database`: once in every database of it, the rows taken together as one
   * sample. `host`: once per host, by a reader of the agent; needs no server.
   */
  scope: 'instance' | 'database' | 'host'
  role: 'any' | 'primary' | 'standby'
  every: Duration
  timeout: Duration
  /** How long `pemhistory` keeps its rows; dropped by whole days. */
  retention: Duration
  /** More rows than this are cut, and counted as cut. Queries that can return more order by what matters most. */
  maxRows: number
  /** Extension that must be installed, with its oldest supported version. */
  extension?: { name: string; atLeast: string }
  /** Oldest server major each query serves; `null` marks a major where the probe ends. Empty for host readers. */
  sql: Record<number, string | null>
  /**
   * The agent's reader that makes or completes the rows with what SQL cannot see: `liveness` (the
   * outcome of a new connection), `system` (load, CPU, memory), `filesystems` (space of the paths that `sql` names).
   */
  reader?: 'liveness' | 'system' | 'filesystems'
  /** SQL column → attribute key, for columns that identify a series. Text, never null. */
  labels: Record<string, AttributeKey>
  /** Columns that tell the rows of one sample apart. Default: the label columns. */
  key?: readonly string[]
  /** Column holding when the counters last started from zero. */
  since?: string
  metrics: Record<MetricName, Metric>
  /** Columns that are kept as rows and not made into metrics, with their PostgreSQL type. */
  details?: Record<string, DetailType>
}

export interface Metric {
  kind: 'counter' | 'gauge'
  /** UCUM: `s`, `By`, `1` for a ratio, `{thing}` for a count of things. */
  unit: string
  description: string
  /** Columns feeding this metric, each with the attributes that tell it apart. */
  columns: Record<string, Record<AttributeKey, string>>
}

export type DetailType = 'text' | 'timestamptz' | 'jsonb' | 'bool' | 'int8' | 'float8'
export type MetricName = `postgresql.${string}` | `system.${string}`
export type AttributeKey = string

/** The query for this server, or `undefined` when the probe does not apply to it. */
export function sqlFor(probe: Probe, serverMajor: number): string | undefined {
  const majors = Object.keys(probe.sql)
    .map(Number)
    .filter((major) => major <= serverMajor)
  return majors.length === 0 ? undefined : (probe.sql[Math.max(...majors)] ?? undefined)
}

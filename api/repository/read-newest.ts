import { columnsOf, type Column, type Probe } from '@trunkline/probes'
import type { Sql } from 'postgres'
import { probeTable, quoteName } from './probe-table.ts'

export interface NewestRows {
  /** When these rows were collected; null before the first that could be. */
  collectedAt: Date | null
  /** The newest run, which may have failed after the rows were collected. */
  run: {
    at: Date
    ok: boolean
    error: string | null
    sqlstate: string | null
    hint: string | null
    consecutiveFailures: number
    durationSeconds: number
    cutRows: number
  } | null
  columns: Column[]
  /** Times as text with their microseconds. */
  rows: Record<string, unknown>[]
}

/** The newest rows of a probe on an instance or a host, and how its newest run went. */
export async function readNewest(
  { sql }: { sql: Sql },
  { name, probe, target }: { name: string; probe: Probe; target: number },
): Promise<NewestRows> {
  const table = probeTable(name, probe)
  const order = [table.target, ...table.key.map(quoteName)].join(', ')
  // One snapshot for both, so that the age told is the age of these rows.
  const [runs, rows] = await sql.begin('isolation level repeatable read read only', (tx) => [
    tx<(NonNullable<NewestRows['run']> & { lastOkAt: Date | null })[]>`
      select collected_at as at, ok, error, sqlstate, hint, consecutive_failures as "consecutiveFailures",
             duration_seconds as "durationSeconds", cut_rows as "cutRows", last_ok_at as "lastOkAt"
        from pemdata.probe_run
       where probe = ${name} and ${tx(table.target)} = ${target}`,
    tx.unsafe<{ row: Record<string, unknown> }[]>(
      `select to_jsonb(p) - '{${table.target},collected_at}'::text[] as row
         from pemdata.${quoteName(name)} p where ${table.target} = $1 order by ${order} limit $2`,
      [target, 2 * probe.maxRows],
    ),
  ])
  const { lastOkAt, ...run } = runs[0] ?? { lastOkAt: null }
  return {
    collectedAt: lastOkAt,
    run: 'at' in run ? run : null,
    columns: columnsOf(probe),
    rows: rows.map(({ row }) => row),
  }
}

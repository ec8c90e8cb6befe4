import type { ISql } from 'postgres'
import type { Lease } from './acquire-lease.ts'

/** How the newest evaluation of a rule went. */
export interface RuleRuntime {
  rule: string
  evaluatedAt: Date
  durationMs: number
  rows: number
  error: string | null
}

/** Keeps how a rule's evaluation went; does nothing once another engine leads. */
export async function saveRuntime(
  { sql, lease }: { sql: ISql; lease: Lease },
  { rule, evaluatedAt, durationMs, rows, error }: RuleRuntime,
): Promise<void> {
  await sql`
    insert into pem.rule_runtime as r (rule, evaluated_at, duration_ms, rows, error, consecutive_errors, epoch)
    select ${rule}, ${evaluatedAt}, ${durationMs}, ${rows}, ${error}, ${error === null ? 0 : 1}::int, ${lease.epoch}
     where exists (select from pem.lease where shard = ${lease.shard} and epoch = ${lease.epoch})
        on conflict (rule) do update
       set evaluated_at = excluded.evaluated_at, duration_ms = excluded.duration_ms, rows = excluded.rows,
           error = excluded.error, epoch = excluded.epoch,
           consecutive_errors = case when excluded.error is null then 0 else r.consecutive_errors + 1 end`
}

import type { TransactionSql } from 'postgres'
import type { Lease } from './acquire-lease.ts'

/** A change of an alert, as history keeps it. */
export interface TransitionRow {
  alertId: string
  sequence: number
  at: Date
  episodeId: string | null
  rule: string
  instanceId: number | null
  kind: string
  fromCondition: string
  toCondition: string
  fromLevel: number
  toLevel: number
  reason: string
  dataAt: Date | null
  value: number | null
  threshold: number | null
  message: string
  labels: Record<string, unknown>
  evidence: readonly Record<string, unknown>[]
  /** Why it was told, or why not. */
  told: string
}

/** Adds transitions to history, the columns of their evidence in its order, in the transaction that changes their alerts. */
export async function insertTransitions(
  { sql, lease }: { sql: TransactionSql; lease: Lease },
  transitions: readonly TransitionRow[],
): Promise<void> {
  if (transitions.length === 0) return
  await sql`
    insert into pemhistory.alert (alert_id, sequence, at, episode_id, rule, instance_id, kind, from_condition,
           to_condition, from_level, to_level, reason, data_at, value, threshold, message, labels, evidence, told, epoch)
    select "alertId", sequence, at, "episodeId", rule, "instanceId", kind, "fromCondition", "toCondition",
           "fromLevel", "toLevel", reason, "dataAt", value, threshold, message, labels, evidence, told, ${lease.epoch}
      from json_to_recordset(${JSON.stringify(transitions)}::text::json) as t(
           "alertId" uuid, sequence int, at timestamptz, "episodeId" uuid, rule text, "instanceId" int, kind text,
           "fromCondition" text, "toCondition" text, "fromLevel" smallint, "toLevel" smallint, reason text,
           "dataAt" timestamptz, value float8, threshold float8, message text, labels jsonb, evidence json, told text)`
}

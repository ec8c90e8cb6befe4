import type postgres from 'postgres'
import { alertColumns, type AlertRow } from './alert-row.ts'

export interface TransitionView {
  sequence: number
  at: Date
  kind: string
  fromCondition: AlertRow['condition']
  toCondition: AlertRow['condition']
  fromLevel: number
  toLevel: number
  reason: string
  value: number | null
  threshold: number | null
  message: string
  told: string
  actor: string | null
  dataAt: Date | null
}

/** The alert, or `undefined`. */
export async function readAlert(
  { sql }: { sql: postgres.ISql },
  id: string,
): Promise<AlertRow | undefined> {
  const [row] = await sql<AlertRow[]>`
    select ${alertColumns(sql)}
      from pemdata.alert a
      left join pem.instance i on i.id = a.instance_id
      left join pem.agent on agent.id = a.agent_id
     where a.id = ${id}`
  return row
}

/** The alert's newest transitions, oldest first. */
export async function readTransitions(
  { sql }: { sql: postgres.ISql },
  alertId: string,
): Promise<TransitionView[]> {
  const rows = await sql<TransitionView[]>`
    select sequence, at, kind, from_condition as "fromCondition", to_condition as "toCondition",
           from_level as "fromLevel", to_level as "toLevel", reason, value, threshold, message, told, actor,
           data_at as "dataAt"
      from pemhistory.alert where alert_id = ${alertId}
     order by sequence desc limit 200`
  return rows.toReversed()
}

/** The rows kept with the newest transition that has any. */
export async function readEvidence(
  { sql }: { sql: postgres.ISql },
  alertId: string,
): Promise<Record<string, unknown>[]> {
  const [row] = await sql<{ evidence: Record<string, unknown>[] }[]>`
    select evidence from pemhistory.alert
     where alert_id = ${alertId} and json_array_length(evidence) > 0
     order by sequence desc limit 1`
  return row?.evidence ?? []
}

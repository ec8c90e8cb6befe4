import type postgres from 'postgres'
import { appendAudit } from '../append-audit.ts'

export interface Acknowledgement {
  alertId: string
  actor: string
  note: string | null
  /** Null: until it is resolved. */
  until: string | null
}

/** Acknowledges an open alert; false when it is not open any more. */
export async function acknowledgeAlert(
  { sql }: { sql: postgres.Sql },
  acknowledgement: Acknowledgement,
): Promise<boolean> {
  const { alertId, actor, note, until } = acknowledgement
  return await sql.begin(async (tx) => {
    const rows = await tx`
      update pemdata.alert
         set acknowledged_by = ${actor}, acknowledged_at = now(), acknowledged_until = ${until}::text::timestamptz,
             acknowledged_note = ${note}, sequence = sequence + 1, changed_at = clock_timestamp()
       where id = ${alertId} and condition <> 'normal'
      returning 1`
    if (rows.length === 0) return false
    await recordTransition(tx, { alertId, kind: 'acknowledged', actor, reason: note ?? '' })
    const detail = { note, until }
    await appendAudit(
      { sql: tx },
      { actor: `user:${actor}`, kind: 'alert_acknowledged', subject: `alert:${alertId}`, detail },
    )
    return true
  })
}

/** Takes the acknowledgement back; false when there was none. */
export async function unacknowledgeAlert(
  { sql }: { sql: postgres.Sql },
  { alertId, actor }: { alertId: string; actor: string },
): Promise<boolean> {
  return await sql.begin(async (tx) => {
    const rows = await tx`
      update pemdata.alert
         set acknowledged_by = null, acknowledged_at = null, acknowledged_until = null, acknowledged_note = null,
             sequence = sequence + 1, changed_at = clock_timestamp()
       where id = ${alertId} and acknowledged_at is not null
      returning 1`
    if (rows.length === 0) return false
    await recordTransition(tx, { alertId, kind: 'unacknowledged', actor, reason: '' })
    await appendAudit(
      { sql: tx },
      {
        actor: `user:${actor}`,
        kind: 'alert_unacknowledged',
        subject: `alert:${alertId}`,
        detail: {},
      },
    )
    return true
  })
}

async function recordTransition(
  tx: postgres.TransactionSql,
  transition: { alertId: string; kind: string; actor: string; reason: string },
): Promise<void> {
  const { alertId, kind, actor, reason } = transition
  await tx`
    insert into pemhistory.alert (alert_id, sequence, at, episode_id, rule, instance_id, kind, from_condition,
                                  to_condition, from_level, to_level, reason, data_at, value, threshold, message,
                                  labels, told, actor)
    select id, sequence, clock_timestamp(), episode_id, rule, instance_id, ${kind}, condition, condition, level, level,
           ${reason}, data_at, value, threshold, message, labels, 'not_notifying', ${actor}
      from pemdata.alert where id = ${alertId}`
  await tx`select pg_notify('alerts', ${alertId})`
}

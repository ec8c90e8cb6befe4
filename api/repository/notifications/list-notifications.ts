import type postgres from 'postgres'
import type { NotificationState } from '../states.ts'

export interface NotificationRow {
  id: string
  alertId: string
  sequence: number
  kind: 'raised' | 'level_up' | 'level_down' | 'resolved'
  channel: string
  receiver: string
  state: NotificationState
  subject: string
  attempts: number
  createdAt: Date
  nextTryAt: Date | null
  sentAt: Date | null
  lastError: string | null
  reply: string | null
}

export interface NotificationFilter {
  id?: string
  state?: NotificationRow['state'] | 'open' | undefined
  alertId?: string
  limit: number
  /** The last notification of the page before. */
  afterId?: string | undefined
}

/** Notifications, the newest first. */
export async function listNotifications(
  { sql }: { sql: postgres.ISql },
  filter: NotificationFilter,
): Promise<NotificationRow[]> {
  const { id = null, state = null, alertId = null, limit, afterId = null } = filter
  const only = state === 'open' ? null : state
  return await sql<NotificationRow[]>`
    select n.id, alert_id as "alertId", sequence, n.kind, channel.name as channel, receiver, state, subject, attempts,
           created_at as "createdAt",
           case when state in ('queued', 'retry_wait', 'unknown') then next_try_at end as "nextTryAt",
           sent_at as "sentAt", last_error as "lastError", reply
      from pem.notification n join pem.channel on channel.id = channel_id
     where (${id}::uuid is null or n.id = ${id})
       and (${only}::text is null or state = ${only})
       and (${state !== 'open'} or state in ('queued', 'sending', 'retry_wait', 'unknown'))
       and (${alertId}::uuid is null or alert_id = ${alertId})
       and (${afterId}::uuid is null
            or (created_at, n.id) < (select created_at, id from pem.notification where id = ${afterId}))
     order by created_at desc, n.id desc
     limit ${limit}`
}

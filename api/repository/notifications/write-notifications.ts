import type postgres from 'postgres'
import type { NotificationBody } from './notification-body.ts'

/** A message to one receiver, as it is put into the spool. */
export interface NewNotification {
  id: string
  alertId: string
  sequence: number
  episodeId: string
  channelId: number
  receiver: string
  kind: NotificationBody['kind']
  messageId: string
  inReplyTo: string | null
  subject: string
  body: NotificationBody
}

/** The lane whose unseen messages from before a transition are not worth sending any more. */
export interface SupersededLane {
  episodeId: string
  channelId: number
  receiver: string
  beforeSequence: number
}

/**
 * Puts messages into the spool and takes out those they supersede, in the transaction of their transition. The
 * same plan written twice is there once. A message that may have been seen is never superseded.
 */
export async function writeNotifications(
  { sql }: { sql: postgres.ISql },
  plan: { notifications: readonly NewNotification[]; supersede: readonly SupersededLane[] },
): Promise<void> {
  if (plan.notifications.length > 0) {
    await insert(sql, plan.notifications)
    await sql`select pg_notify('spool', '')`
  }
  if (plan.supersede.length > 0) await supersede(sql, plan.supersede)
}

async function insert(sql: postgres.ISql, rows: readonly NewNotification[]): Promise<void> {
  await sql`
    insert into pem.notification (id, alert_id, sequence, episode_id, channel_id, receiver, kind,
                                  message_id, in_reply_to, subject, body, created_at, next_try_at, expires_at)
    select id, "alertId", sequence, "episodeId", "channelId", receiver, kind,
           "messageId", "inReplyTo", subject, body, clock_timestamp(), clock_timestamp(), clock_timestamp() + interval '24 hours'
      from json_to_recordset(${JSON.stringify(rows)}::text::json)
           as r(id uuid, "alertId" uuid, sequence int, "episodeId" uuid, "channelId" int, receiver text, kind text,
                "messageId" text, "inReplyTo" text, subject text, body json)
        on conflict do nothing`
}

async function supersede(sql: postgres.ISql, lanes: readonly SupersededLane[]): Promise<void> {
  await sql`
    update pem.notification n
       set state = 'superseded'
      from jsonb_to_recordset(${sql.json(lanes as unknown as postgres.JSONValue)})
           as l("episodeId" uuid, "channelId" int, receiver text, "beforeSequence" int)
     where n.episode_id = l."episodeId" and n.channel_id = l."channelId" and n.receiver = l.receiver
       and n.sequence < l."beforeSequence"
       and n.state in ('queued', 'retry_wait')
       and not exists (select from pem.notification_attempt a
                        where a.notification_id = n.id and (a.outcome in ('sent', 'unknown') or a.ended_at is null))`
}

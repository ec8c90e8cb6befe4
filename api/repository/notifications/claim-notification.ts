import type { ISql } from 'postgres'

/** A message that the caller alone may send until its lease ends. */
export interface ClaimedNotification {
  id: string
  alertId: string
  episodeId: string
  channelId: number
  receiver: string
  messageId: string
  inReplyTo: string | null
  subject: string
  /** As written: parse it with `notificationBodySchema`. */
  body: unknown
  createdAt: Date
  expiresAt: Date
  /** 1 for the first; a later one may be a repeat of what was received already. */
  attempt: number
  /** The alert as it is now. */
  alert: {
    condition: string
    level: number
    value: number | null
    message: string
    acknowledgedBy: string | null
  } | null
  /** What was run for this episode, the oldest first. */
  actions: ClaimedAction[]
}

export interface ClaimedAction {
  runbook: string
  state: string
  dryRun: boolean
  requestedBy: string
  error: string | null
}

const leaseSeconds = 60

/**
 * Takes the next due message of a channel: the head of its lane, by when it was due, of a receiver who got fewer than
 * `perMinute` in the last minute; twice as many when it says that something became critical. The attempt is committed with the claim, so before the first byte is sent.
 */
export async function claimNotification(
  { sql, owner }: { sql: ISql; owner: string },
  { channelId, perMinute }: { channelId: number; perMinute: number },
): Promise<ClaimedNotification | undefined> {
  const [claimed] = await sql<ClaimedNotification[]>`
    with lately as materialized (
      select receiver, count(*) as messages from pem.notification
       where channel_id = ${channelId} and sent_at > clock_timestamp() - interval '1 minute'
       group by receiver having count(*) >= ${perMinute}
    ), due as (
      select id from pem.notification n
       where channel_id = ${channelId}
         and state in ('queued', 'retry_wait', 'unknown') and carried_by is null
         and next_try_at <= clock_timestamp()
         and not exists (
               select from lately
                where lately.receiver = n.receiver
                  and (messages >= ${2 * perMinute}
                       or n.kind not in ('raised', 'level_up') or n.subject not like '[critical] %'))
         and not exists (
               select from pem.notification earlier
                where earlier.episode_id = n.episode_id and earlier.channel_id = n.channel_id
                  and earlier.receiver = n.receiver and earlier.sequence < n.sequence
                  and earlier.state in ('queued', 'sending', 'retry_wait', 'unknown'))
       order by next_try_at, id
       limit 1
         for update skip locked
    ), claimed as (
      update pem.notification n
         set state = 'sending', attempts = attempts + 1, lease_owner = ${owner},
             lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds})
        from due
       where n.id = due.id
   returning n.*
    ), attempt as (
      insert into pem.notification_attempt (notification_id, attempt) select id, attempts from claimed
    )
    select c.id, c.alert_id as "alertId", c.episode_id as "episodeId", c.channel_id as "channelId", c.receiver,
           c.message_id as "messageId", c.in_reply_to as "inReplyTo", c.subject, c.body,
           c.created_at as "createdAt", c.expires_at as "expiresAt", c.attempts as attempt,
           case when a.id is not null then jsonb_build_object(
             'condition', a.condition, 'level', a.level, 'value', a.value, 'message', a.message,
             'acknowledgedBy', a.acknowledged_by) end as alert,
           coalesce((select jsonb_agg(jsonb_build_object('runbook', runbook, 'state', state, 'dryRun', dry_run,
                              'requestedBy', requested_by, 'error', error) order by created_at)
                       from pem.action where alert_id = c.alert_id and episode_id = c.episode_id), '[]') as actions
      from claimed c
      left join pemdata.alert a on a.id = c.alert_id`
  return claimed
}

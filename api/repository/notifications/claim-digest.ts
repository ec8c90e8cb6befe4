import type { ISql, Sql, TransactionSql } from 'postgres'

/** Messages to one receiver that are sent as one mail, under the carrier's Message-ID. */
export interface ClaimedDigest {
  carrierId: string
  receiver: string
  messageId: string
  /** The carrier among them; what is worst first. */
  members: DigestMember[]
  /** 1 for the first; a later one may be a repeat of what was received already. */
  attempt: number
}

export interface DigestMember {
  id: string
  alertId: string
  subject: string
  attempt: number
  createdAt: Date
  kind: string
  toLevel: number
}

const mostMembers = 5_000
const leaseSeconds = 60

/**
 * Takes what is due for a receiver who has had his share of single messages in the last minute and no digest, all of it
 * as one; or a digest again whose outcome is unknown, with the same members. Undefined when there is neither.
 */
export async function claimDigest(
  { sql, owner }: { sql: Sql; owner: string },
  { channelId, perMinute }: { channelId: number; perMinute: number },
): Promise<ClaimedDigest | undefined> {
  return await sql.begin(async (tx) => {
    const carrierId =
      (await unknownDigest(tx, channelId)) ?? (await newDigest(tx, { channelId, perMinute }))
    return carrierId === undefined ? undefined : await claim(tx, { carrierId, owner })
  })
}

async function unknownDigest(sql: TransactionSql, channelId: number): Promise<string | undefined> {
  const [carrier] = await sql<{ id: string }[]>`
    select id from pem.notification
     where channel_id = ${channelId} and carried_by = id and state = 'unknown' and next_try_at <= clock_timestamp()
     order by next_try_at limit 1
       for update skip locked`
  return carrier?.id
}

async function newDigest(
  sql: TransactionSql,
  { channelId, perMinute }: { channelId: number; perMinute: number },
): Promise<string | undefined> {
  const receiver = await fullReceiver(sql, { channelId, perMinute })
  if (receiver === undefined) return undefined
  const [made] = await sql<{ id: string }[]>`
    with due as (
      select id, (body->>'toLevel')::int as level, created_at from pem.notification n
       where channel_id = ${channelId} and receiver = ${receiver} and carried_by is null
         and state in ('queued', 'retry_wait') and next_try_at <= clock_timestamp()
         and not exists (
               select from pem.notification earlier
                where earlier.episode_id = n.episode_id and earlier.channel_id = n.channel_id
                  and earlier.receiver = n.receiver and earlier.sequence < n.sequence
                  and earlier.state in ('queued', 'sending', 'retry_wait', 'unknown'))
       order by next_try_at, id
       limit ${mostMembers}
         for update skip locked
    ), carrier as (
      select id from due where (select count(*) from due) > 1 order by level desc nulls last, created_at, id limit 1
    ), joined as (
      update pem.notification n set carried_by = carrier.id from carrier, due where n.id = due.id
    )
    select id from carrier`
  return made?.id
}

async function fullReceiver(
  sql: ISql,
  { channelId, perMinute }: { channelId: number; perMinute: number },
): Promise<string | undefined> {
  const [full] = await sql<{ receiver: string }[]>`
    select receiver from pem.notification
     where channel_id = ${channelId} and sent_at > clock_timestamp() - interval '1 minute'
     group by receiver
    having count(*) >= ${perMinute} and not bool_or(carried_by is not null)
       and exists (select from pem.notification due
                    where due.channel_id = ${channelId} and due.receiver = notification.receiver
                      and due.state in ('queued', 'retry_wait') and due.next_try_at <= clock_timestamp())
     limit 1`
  return full?.receiver
}

async function claim(
  sql: TransactionSql,
  { carrierId, owner }: { carrierId: string; owner: string },
): Promise<ClaimedDigest | undefined> {
  const members = await sql<(DigestMember & { receiver: string; messageId: string })[]>`
    with claimed as (
      update pem.notification
         set state = 'sending', attempts = attempts + 1, lease_owner = ${owner},
             lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds})
       where carried_by = ${carrierId} and state in ('queued', 'retry_wait', 'unknown')
   returning *
    ), attempt as (
      insert into pem.notification_attempt (notification_id, attempt) select id, attempts from claimed
    )
    select id, alert_id as "alertId", subject, attempts as attempt, created_at as "createdAt", kind,
           coalesce((body->>'toLevel')::int, 0) as "toLevel", receiver, message_id as "messageId"
      from claimed
     order by kind = 'resolved', coalesce((body->>'toLevel')::int, 0) desc, created_at, id`
  const carrier = members.find(({ id }) => id === carrierId)
  if (carrier === undefined) return undefined
  const { receiver, messageId, attempt } = carrier
  return { carrierId, receiver, messageId, attempt, members: [...members] }
}

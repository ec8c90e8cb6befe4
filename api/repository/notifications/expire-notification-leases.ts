import type { ISql } from 'postgres'

/**
 * Messages whose sender vanished become `unknown`: they may have been received, and are sent again under the same
 * Message-ID. `isGone` lets a sender that is known to be dead be told at once, before its leases end.
 */
export async function expireNotificationLeases({
  sql,
  isGone,
}: {
  sql: ISql
  isGone: (owner: string) => boolean
}): Promise<number> {
  const owners = await sql<{ owner: string }[]>`
    select distinct lease_owner as owner from pem.notification where state = 'sending' and lease_owner is not null`
  const gone = owners.map(({ owner }) => owner).filter(isGone)
  if (owners.length === 0) return 0
  const rows = await sql`
    with expired as (
      update pem.notification
         set state = 'unknown', next_try_at = clock_timestamp(), lease_owner = null, lease_until = null,
             last_error = 'the sender stopped before it knew the outcome'
       where state = 'sending' and (lease_until < clock_timestamp() or lease_owner = any(${gone}))
   returning id, attempts
    )
    update pem.notification_attempt a
       set ended_at = clock_timestamp(), outcome = 'unknown'
      from expired
     where a.notification_id = expired.id and a.attempt = expired.attempts and a.ended_at is null
 returning a.notification_id`
  return rows.length
}

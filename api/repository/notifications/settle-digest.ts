import type { Sql } from 'postgres'
import type { ClaimedDigest } from './claim-digest.ts'
import type { NotificationOutcome } from './settle-notification.ts'

const states = { retry: 'retry_wait', dead: 'dead', unknown: 'unknown' } as const

/**
 * Ends an attempt to send a digest. Arrived, its carrier is `sent` and the other members are superseded by it. Surely not
 * arrived, it is taken apart: its members are single messages again. Unknown, it stays together for the repeat.
 */
export async function settleDigest(
  { sql, owner }: { sql: Sql; owner: string },
  settled: NotificationOutcome & { digest: ClaimedDigest; retryAfterMs: number },
): Promise<void> {
  const { digest, outcome, reply, error, retryAfterMs } = settled
  const { carrierId } = digest
  const said = (reply ?? error)?.slice(0, 1_000) ?? null
  await sql.begin(async (tx) => {
    const members = await tx<{ id: string; attempts: number }[]>`
      select id, attempts from pem.notification
       where carried_by = ${carrierId} and state = 'sending' and lease_owner = ${owner}
         for update`
    const ids = members.map(({ id }) => id)
    await tx`
      update pem.notification_attempt a
         set ended_at = clock_timestamp(), outcome = ${outcome}, reply = ${said}
        from pem.notification n
       where n.id = any(${ids}::uuid[]) and a.notification_id = n.id and a.attempt = n.attempts`
    if (outcome === 'sent') {
      await tx`
        update pem.notification
           set state = case when id = ${carrierId} then 'sent' else 'superseded' end,
               sent_at = case when id = ${carrierId} then clock_timestamp() end,
               reply = case when id = ${carrierId} then ${said}
                            else 'told in the digest ' || ${digest.messageId}::text end,
               last_error = null, lease_owner = null, lease_until = null
         where id = any(${ids}::uuid[])`
      return
    }
    await tx`
      update pem.notification
         set state = case when retry.is_too_late then 'dead' else ${states[outcome]} end,
             next_try_at = retry.at, last_error = ${said}, lease_owner = null, lease_until = null,
             carried_by = case when ${outcome} = 'unknown' and not retry.is_too_late then carried_by end
        from (select due.at, due.at > (select min(expires_at) from pem.notification where id = any(${ids}::uuid[]))
                     as is_too_late
                from (select clock_timestamp() + make_interval(secs => ${retryAfterMs / 1_000}) as at) due) retry
       where id = any(${ids}::uuid[])`
  })
}

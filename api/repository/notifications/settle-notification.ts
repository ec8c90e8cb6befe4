import type { ISql } from 'postgres'

/** How an attempt ended. `unknown`: the message may have been received, but nobody said so. */
export interface NotificationOutcome {
  outcome: 'sent' | 'retry' | 'dead' | 'unknown'
  /** What the receiving server said last. */
  reply: string | null
  error: string | null
}

const states = { sent: 'sent', retry: 'retry_wait', dead: 'dead', unknown: 'unknown' } as const

/**
 * Ends an attempt. What is to be tried again after its `expires_at` is dead. False when the lease was
 * lost meanwhile: then the message is somebody else's, and this outcome is only noted with the attempt.
 */
export async function settleNotification(
  { sql, owner }: { sql: ISql; owner: string },
  settled: NotificationOutcome & { id: string; attempt: number; retryAfterMs: number },
): Promise<boolean> {
  const { id, attempt, outcome, reply, error, retryAfterMs } = settled
  const said = reply?.slice(0, 1_000) ?? null
  const rows = await sql`
    with noted as (
      update pem.notification_attempt
         set ended_at = clock_timestamp(), outcome = ${outcome}, reply = ${said ?? error?.slice(0, 1_000) ?? null}
       where notification_id = ${id} and attempt = ${attempt}
    ), retry as (
      select clock_timestamp() + make_interval(secs => ${retryAfterMs / 1_000}) as at
    )
    update pem.notification
       set state = case when ${outcome} in ('retry', 'unknown') and retry.at > expires_at then 'dead'
                        else ${states[outcome]} end,
           next_try_at = retry.at,
           sent_at = case when ${outcome} = 'sent' then clock_timestamp() end,
           reply = coalesce(${said}, reply),
           last_error = ${error?.slice(0, 1_000) ?? null},
           lease_owner = null, lease_until = null
      from retry
     where id = ${id} and state = 'sending' and lease_owner = ${owner} and attempts = ${attempt}
 returning id`
  return rows.length > 0
}

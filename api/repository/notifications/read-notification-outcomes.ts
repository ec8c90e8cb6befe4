import type { ISql } from 'postgres'

export interface NotificationResult {
  receiver: string
  /** Null while nothing is known: not tried yet, or on its way. */
  ok: boolean | null
  reply: string | null
}

/** What has become of these messages so far, by receiver. A first failure counts, though it is tried again. */
export async function readNotificationOutcomes(
  { sql }: { sql: ISql },
  ids: readonly string[],
): Promise<NotificationResult[]> {
  return await sql<NotificationResult[]>`
    select receiver,
           case when state = 'sent' then true when state in ('retry_wait', 'dead', 'unknown') then false end as ok,
           coalesce(last_error, reply) as reply
      from pem.notification where id = any(${[...ids]}::uuid[]) order by sequence`
}

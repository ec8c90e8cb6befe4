import type { ISql } from 'postgres'

/** Puts a dead letter back into the spool, under its old Message-ID, for another day. False when it is not dead. */
export async function retryNotification({ sql }: { sql: ISql }, id: string): Promise<boolean> {
  const rows = await sql`
    with retried as (
      update pem.notification
         set state = 'queued', carried_by = null, next_try_at = clock_timestamp(), expires_at = clock_timestamp() + interval '24 hours'
       where id = ${id} and state = 'dead'
   returning id
    )
    select id, pg_notify('spool', '') from retried`
  return rows.length > 0
}

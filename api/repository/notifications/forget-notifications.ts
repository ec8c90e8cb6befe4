import type { ISql } from 'postgres'

const mostAtOnce = 10_000

/** Forgets messages, with their attempts, that ended and are older than ninety days. Returns how many. */
export async function forgetNotifications({ sql }: { sql: ISql }): Promise<number> {
  const rows = await sql`
    with old as materialized (
      select id from pem.notification
       where created_at < now() - interval '90 days' and state in ('sent', 'superseded', 'dead')
       order by created_at limit ${mostAtOnce}
    ), attempts as (
      delete from pem.notification_attempt a using old where a.notification_id = old.id
    ), carried as (
      update pem.notification n set carried_by = null from old
       where n.carried_by = old.id and n.id not in (select id from old)
    )
    delete from pem.notification n using old where n.id = old.id
 returning n.id`
  return rows.length
}

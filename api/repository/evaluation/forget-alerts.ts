import type { ISql } from 'postgres'

/** Takes out alerts that have been closed for a week; their transitions stay in history. */
export async function forgetAlerts({ sql }: { sql: ISql }): Promise<number> {
  const gone = await sql`
    delete from pemdata.alert
     where condition = 'normal' and flap_ring = 0 and changed_at < clock_timestamp() - interval '7 days'`
  return gone.count
}

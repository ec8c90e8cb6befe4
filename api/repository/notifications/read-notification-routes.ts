import type postgres from 'postgres'

/** Which alerts go to which receivers of which channel. `rule` null: every rule. */
export interface NotificationRoute {
  channelId: number
  rule: string | null
  minLevel: number
  receivers: string[]
}

export async function readNotificationRoutes({
  sql,
}: {
  sql: postgres.ISql
}): Promise<NotificationRoute[]> {
  return await sql<NotificationRoute[]>`
    select channel_id as "channelId", rule, min_level as "minLevel", receivers
      from pem.route join pem.channel on channel.id = channel_id
     where route.enabled and channel.enabled
     order by route.id`
}

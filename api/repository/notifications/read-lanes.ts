import type postgres from 'postgres'

/** The messages of one episode to one receiver of one channel, which are sent in order. */
export interface Lane {
  episodeId: string
  channelId: number
  receiver: string
  /** The first message the receiver may have seen; later ones reply to it. */
  rootMessageId: string | null
  /** Of the lane's first message: later ones keep its tail. */
  subject: string
  /** Some message was handed over, or may have been. */
  seen: boolean
  /** Some message was tried in vain and has not been given up. */
  tried: boolean
  /** Some message is not handed over yet, and surely not seen. */
  waiting: boolean
}

/**
 * The lanes of these episodes. Locks their notifications, so that none is claimed between planning what
 * follows and writing it; call it in the transaction that writes the plan.
 */
export async function readLanes(
  { sql }: { sql: postgres.ISql },
  episodeIds: readonly string[],
): Promise<Lane[]> {
  if (episodeIds.length === 0) return []
  return await sql<Lane[]>`
    with locked as materialized (
      select * from pem.notification where episode_id = any(${[...episodeIds]}::uuid[])
       order by id for update
    ), judged as (
      select locked.*,
             coalesce((select c.message_id from pem.notification c where c.id = locked.carried_by),
                      message_id) as seen_as,
             state in ('sent', 'sending', 'unknown') or (state = 'superseded' and carried_by is not null)
               or exists (select from pem.notification_attempt a
                           where a.notification_id = locked.id
                             and (a.outcome in ('sent', 'unknown') or a.ended_at is null)) as may_be_seen
        from locked
    )
    select episode_id as "episodeId", channel_id as "channelId", receiver,
           (array_agg(seen_as order by sequence) filter (where may_be_seen))[1] as "rootMessageId",
           (array_agg(subject order by sequence))[1] as subject,
           bool_or(may_be_seen) as seen,
           bool_or(attempts > 0 and state in ('retry_wait', 'superseded') and not may_be_seen) as tried,
           bool_or(state in ('queued', 'retry_wait') and not may_be_seen) as waiting
      from judged
     group by episode_id, channel_id, receiver
     order by channel_id, receiver`
}

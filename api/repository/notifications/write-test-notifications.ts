import { randomUUID } from 'node:crypto'
import type { Sql } from 'postgres'
import type { NotificationBody } from './notification-body.ts'
import { writeNotifications } from './write-notifications.ts'

/**
 * Spools a test message to each receiver of a channel and returns their ids, none when there is no such channel. It goes
 * the way of every other message; ask `readNotificationOutcomes` what became of it.
 */
export async function writeTestNotifications(
  { sql }: { sql: Sql },
  { channelId, actor, mailDomain }: { channelId: number; actor: string; mailDomain: string },
): Promise<string[]> {
  return await sql.begin(async (tx) => {
    const rows = await tx<{ receiver: string }[]>`
      select unnest(receivers) as receiver from pem.channel where id = ${channelId} and enabled`
    const [alertId, episodeId] = [randomUUID(), randomUUID()]
    const notifications = rows.map(({ receiver }, index) => {
      const id = randomUUID()
      return {
        id,
        alertId,
        sequence: index + 1,
        episodeId,
        channelId,
        receiver,
        kind: 'raised' as const,
        messageId: `<${id}@${mailDomain}>`,
        inReplyTo: null,
        subject: `[test] Trunkline: a test message, asked for by ${actor.replaceAll(/\p{Cc}/gu, ' ')}`,
        body: testBody(actor),
      }
    })
    await writeNotifications({ sql: tx }, { notifications, supersede: [] })
    return notifications.map(({ id }) => id)
  })
}

function testBody(actor: string): NotificationBody {
  return {
    kind: 'raised',
    rule: 'test',
    code: 'TEST',
    summary: 'A test of this channel.',
    area: 'agent',
    unit: '',
    whatToDo: 'Nothing. That you read this shows that the channel works.',
    fromLevel: 0,
    toLevel: 1,
    maxLevel: 1,
    at: new Date().toISOString(),
    raisedAt: null,
    dataAt: null,
    value: null,
    threshold: null,
    message: `${actor} asked for a test message.`,
    reason: 'test',
    labels: {},
    evidence: [],
    instance: null,
    agent: null,
    runbooks: [],
  }
}

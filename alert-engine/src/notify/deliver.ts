import {
  type ClaimedNotification,
  type NotificationOutcome,
  notificationBodySchema,
  settleNotification,
} from '@trunkline/api/repository'
import { retryAfterMs } from './backoff.ts'
import { listHeader, type Mail, parseMailbox } from './mail.ts'
import { renderNotification } from './render.ts'
import type { SendContext, SendingChannel } from './send-context.ts'
import { untilWritten } from './until-written.ts'

/** Sends one claimed message and writes down how it ended. Throws only when that cannot be written for too long. */
export async function deliver(
  context: SendContext,
  channel: SendingChannel,
  claimed: ClaimedNotification,
): Promise<void> {
  const outcome = await send(context, channel, claimed)
  const { sql, owner, metrics, log, now } = context
  metrics.attempted(channel.name, outcome.outcome)
  if (outcome.outcome === 'sent') {
    metrics.handedOver((now().getTime() - claimed.createdAt.getTime()) / 1_000)
  } else {
    log('notification_not_sent', { id: claimed.id, channel: channel.name, ...outcome })
  }
  const { id, attempt } = claimed
  const settled = { ...outcome, id, attempt, retryAfterMs: retryAfterMs(attempt) }
  await untilWritten(context, async () => {
    const isOurs = await settleNotification({ sql, owner: owner.name }, settled)
    if (!isOurs) log('notification_lease_lost', { id, attempt })
  })
}

async function send(
  { publicUrl, now, metrics, log }: SendContext,
  { name, from, sender }: SendingChannel,
  claimed: ClaimedNotification,
): Promise<NotificationOutcome> {
  try {
    const { text, html, problem } = renderNotification(claimed, { now: now(), publicUrl })
    if (problem !== null) {
      metrics.notLaidOut()
      log('notification_not_laid_out', { id: claimed.id, problem })
    }
    return await sender.send(mailOf({ claimed, channel: name, from, text, html, date: now() }))
  } catch (error) {
    // Only the receiver's address is left that can be wrong: no other attempt will mend it.
    const text = error instanceof Error ? error.message : String(error)
    return { outcome: 'dead', reply: null, error: text }
  }
}

function mailOf(given: {
  claimed: ClaimedNotification
  channel: string
  from: string
  text: string
  html: string
  date: Date
}): Mail {
  const { claimed, channel, from, text, html, date } = given
  const sender = parseMailbox(from)
  const rule = notificationBodySchema.safeParse(claimed.body).data?.rule ?? 'unknown'
  return {
    from: sender,
    to: parseMailbox(claimed.receiver),
    messageId: claimed.messageId,
    inReplyTo: claimed.inReplyTo,
    subject: claimed.subject,
    text,
    html,
    date,
    headers: {
      ...listHeader(channel, sender),
      'X-Trunkline-Alert': claimed.alertId,
      'X-Trunkline-Rule': rule,
      'X-Trunkline-Attempt': String(claimed.attempt),
    },
  }
}

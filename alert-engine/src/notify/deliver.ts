import {
  type ClaimedNotification,
  type NotificationOutcome,
  notificationBodySchema,
  settleNotification,
} from '@trunkline/api/repository'
import { retryAfterMs } from './backoff.ts'
import type { Mail } from './mail.ts'
import { parseMailbox } from './mail.ts'
import { renderNotification } from './render.ts'
import type { SendContext } from './send-context.ts'
import type { SmtpSender } from './smtp.ts'

/** Longer than a claim's lease there is nothing left to settle. */
const settleForMs = 55_000

/** Sends one claimed message and writes down how it ended. Throws only when that cannot be written for too long. */
export async function deliver(
  context: SendContext,
  channel: { name: string; from: string; sender: SmtpSender },
  claimed: ClaimedNotification,
): Promise<void> {
  const outcome = await send(context, channel, claimed)
  const { metrics, log, now } = context
  metrics.attempted(channel.name, outcome.outcome)
  if (outcome.outcome === 'sent') {
    metrics.handedOver((now().getTime() - claimed.createdAt.getTime()) / 1_000)
  } else {
    log('notification_not_sent', { id: claimed.id, channel: channel.name, ...outcome })
  }
  await settle(context, claimed, outcome)
}

async function send(
  { publicUrl, now, metrics, log }: SendContext,
  { name, from, sender }: { name: string; from: string; sender: SmtpSender },
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
  const host = sender.address.split('@')[1] ?? 'localhost'
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
      'List-Id': `Trunkline alerts <${channel.replaceAll(/[^A-Za-z0-9-]/g, '-')}.${host}>`,
      'X-Trunkline-Alert': claimed.alertId,
      'X-Trunkline-Rule': rule,
      'X-Trunkline-Attempt': String(claimed.attempt),
    },
  }
}

/** The message is out: forgetting that would send it twice, so it is written down as soon as the repository is back. */
async function settle(
  { sql, owner, log, sleep }: SendContext,
  { id, attempt }: ClaimedNotification,
  outcome: NotificationOutcome,
): Promise<void> {
  const until = performance.now() + settleForMs
  for (;;) {
    try {
      const settled = { ...outcome, id, attempt, retryAfterMs: retryAfterMs(attempt) }
      const isOurs = await settleNotification({ sql, owner: owner.name }, settled)
      if (!isOurs) log('notification_lease_lost', { id, attempt })
      return
    } catch (error) {
      if (performance.now() > until) throw error
      await sleep(500)
    }
  }
}

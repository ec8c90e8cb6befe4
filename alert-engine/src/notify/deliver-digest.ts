import {
  type ClaimedDigest,
  type NotificationOutcome,
  settleDigest,
} from '@trunkline/api/repository'
import { retryAfterMs } from './backoff.ts'
import { digestContentsOf, digestSubjectOf } from './digest-contents.ts'
import { listHeader, type Mail, parseMailbox } from './mail.ts'
import { htmlOf } from './render-html.ts'
import { textOf } from './render-text.ts'
import type { SendContext, SendingChannel } from './send-context.ts'
import { untilWritten } from './until-written.ts'

/** Sends many messages to one receiver as one mail, and writes down how it ended for each. */
export async function deliverDigest(
  context: SendContext,
  channel: SendingChannel,
  digest: ClaimedDigest,
): Promise<void> {
  const { sql, owner, metrics, log } = context
  const outcome = await send(context, channel, digest)
  metrics.attempted(channel.name, outcome.outcome)
  const { carrierId, attempt, members } = digest
  if (outcome.outcome === 'sent') metrics.digested(members.length)
  else log('digest_not_sent', { id: carrierId, channel: channel.name, ...outcome })
  const settled = { ...outcome, digest, retryAfterMs: retryAfterMs(attempt) }
  await untilWritten(context, () => settleDigest({ sql, owner: owner.name }, settled))
}

async function send(
  { publicUrl, now }: SendContext,
  { name, from, sender }: SendingChannel,
  digest: ClaimedDigest,
): Promise<NotificationOutcome> {
  try {
    const contents = digestContentsOf({ digest, publicUrl })
    const mailbox = parseMailbox(from)
    const mail: Mail = {
      from: mailbox,
      to: parseMailbox(digest.receiver),
      messageId: digest.messageId,
      inReplyTo: null,
      subject: digestSubjectOf(digest.members),
      text: textOf(contents),
      html: htmlOf(contents),
      date: now(),
      headers: {
        ...listHeader(name, mailbox),
        'X-Trunkline-Messages': String(digest.members.length),
        'X-Trunkline-Attempt': String(digest.attempt),
      },
    }
    return await sender.send(mail)
  } catch (error) {
    // Only the receiver's address is left that can be wrong: no other attempt will mend it.
    return {
      outcome: 'dead',
      reply: null,
      error: error instanceof Error ? error.message : String(error),
    }
  }
}

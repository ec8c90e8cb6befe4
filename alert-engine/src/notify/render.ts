import { type ClaimedNotification, notificationBodySchema } from '@trunkline/api/repository'
import { cleanText } from './clean.ts'
import { contentsOf } from './contents.ts'
import { htmlOf, wrapHtml } from './render-html.ts'
import { textOf } from './render-text.ts'

export interface RenderedMessage {
  text: string
  html: string
  /** Set when the plain fallback was used: why. */
  problem: string | null
}

/** A message as it is sent now. It is sent whatever happens: what cannot be laid out goes as it is, with the reason. */
export function renderNotification(
  claimed: ClaimedNotification,
  { now, publicUrl }: { now: Date; publicUrl: string },
): RenderedMessage {
  try {
    const body = notificationBodySchema.parse(claimed.body)
    const contents = contentsOf({ claimed, body, now, publicUrl })
    return { text: textOf(contents), html: htmlOf(contents), problem: null }
  } catch (error) {
    const problem = cleanText(error instanceof Error ? error.message : String(error), 2_000)
    return { ...fallback({ claimed, publicUrl, problem }), problem }
  }
}

function fallback(given: { claimed: ClaimedNotification; publicUrl: string; problem: string }) {
  const { claimed, publicUrl, problem } = given
  const text = [
    claimed.subject,
    `${publicUrl}/alerts/${claimed.alertId}`,
    `This message could not be laid out; here is what it was made from.\n${problem}`,
    cleanText(JSON.stringify(claimed.body, undefined, 1) ?? '', 20_000),
  ].join('\n\n')
  return { text, html: wrapHtml({ title: claimed.subject, pre: text }) }
}

import type { AlertDetail, Client } from '@trunkline/api/client'
import type { Mail, SmtpSink } from '../../test/smtp.ts'
import { answerOf } from '../api-access.ts'
import { waitFor } from '../up/wait.ts'
import type { Shop } from './shop.ts'

/** What both faults are shown with. */
export interface Scenario {
  api: Client
  shop: Shop
  instanceId: number
  sink: SmtpSink
  say: (line: string) => void
  signal: AbortSignal
}

/** The first alert of the shop that satisfies `suits`, looked for among those open or resolved since `since`. */
export function alertOf(
  { api, instanceId, signal }: Scenario,
  wanted: {
    rule: string
    since: number
    suits: (alert: AlertDetail) => boolean
    timeoutMs: number
  },
): Promise<AlertDetail> {
  return waitFor({
    ask: async () => {
      const query = { state: 'all', instance: String(instanceId) } as const
      const { items } = await answerOf(api.alerts.$get({ query }))
      const recent = items.filter(
        (item) =>
          item.rule === wanted.rule && Date.parse(item.raisedAt ?? '') >= wanted.since - 1_000,
      )
      for (const { id } of recent) {
        const alert = await answerOf(api.alerts[':id'].$get({ param: { id } }))
        if (wanted.suits(alert)) return alert
      }
      return undefined
    },
    timeoutMs: wanted.timeoutMs,
    signal,
    failure: (last) => `not seen within ${String(wanted.timeoutMs / 1_000)} s ${last}`,
  })
}

/** The mail that tells of an alert: every message links to its page. */
export function mailOf(
  { sink, signal }: Scenario,
  alert: AlertDetail,
  wanted: { resolved: boolean; timeoutMs: number },
): Promise<Mail> {
  const isWanted = (mail: Mail) =>
    mail.text.includes(alert.id) && /resolved/i.test(mail.subject) === wanted.resolved
  return waitFor({
    ask: () => Promise.resolve(sink.mails.find(isWanted)),
    timeoutMs: wanted.timeoutMs,
    everyMs: 50,
    signal,
    failure: () => `no such mail within ${String(wanted.timeoutMs / 1_000)} s`,
  })
}

export const mailLine = (mail: Mail) => ({ detail: `"${mail.subject}"`, at: mail.acceptedAt })

import { claimDigest, claimNotification } from '@trunkline/api/repository'
import { deliverDigest } from './deliver-digest.ts'
import { deliver } from './deliver.ts'
import { parseMailbox } from './mail.ts'
import { createPump, type Pump } from './pump.ts'
import type { SendContext, SendingChannel } from './send-context.ts'
import { parseSmtpUrl } from './smtp-server.ts'
import { createSmtpSender } from './smtp.ts'

const connectionsPerChannel = 2
/** A stop lets what is on its way end by itself for so long, and then breaks it off. */
const patienceMs = 2_000

export interface ChannelSettings {
  id: number
  name: string
  url: string
  from: string
}

/** Sends what is due for one channel, over at most two connections. Throws when its settings cannot be used. */
export function createChannelPump(
  context: SendContext,
  channel: ChannelSettings,
  { perMinute, deadlineMs = 30_000 }: { perMinute: number; deadlineMs?: number | undefined },
): Pump {
  const { sql, owner, log } = context
  const server = parseSmtpUrl(channel.url)
  parseMailbox(channel.from)
  const senders = Array.from({ length: connectionsPerChannel }, () =>
    createSmtpSender({ server, deadlineMs }),
  )
  const note = (event: string) => (error: unknown) => {
    log(event, { channel: channel.name, error: String(error) })
    return undefined
  }
  const claimNext = async () => {
    const by = { sql, owner: owner.name }
    const from = { channelId: channel.id, perMinute }
    const one = await claimNotification(by, from)
    if (one) return (over: SendingChannel) => deliver(context, over, one)
    const many = await claimDigest(by, from)
    return many && ((over: SendingChannel) => deliverDigest(context, over, many))
  }
  const pump = createPump({
    workers: senders,
    take: async () => await claimNext().catch(note('notification_claim_failed')),
    work: (sender, send) => send({ ...channel, sender }).catch(note('notification_not_settled')),
  })
  return {
    wake: pump.wake,
    stop: async () => {
      const stopped = pump.stop()
      await Promise.race([stopped, context.sleep(patienceMs)])
      for (const sender of senders) sender.close()
      await stopped
    },
  }
}

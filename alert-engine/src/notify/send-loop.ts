import {
  expireNotificationLeases,
  readMailChannels,
  readSpoolFigures,
} from '@trunkline/api/repository'
import { pause } from '../leadership.ts'
import { createChannelPump } from './channel-pump.ts'
import type { Pump } from './pump.ts'
import type { SendContext } from './send-context.ts'

/** Opens a channel's settings. */
type Unseal = (sealed: Uint8Array, context: string) => string

export interface SendLoopOptions {
  /** Most messages to one receiver in a minute; what is over it waits. */
  perMinute?: number
  /** For one mail, connecting included. */
  mailDeadlineMs?: number
  pollMs?: number
}

interface Running {
  version: string
  pump: Pump | undefined
}

/**
 * Sends what is in the spool until `signal` is aborted: woken by NOTIFY, and once a second by itself, since a
 * notification may be lost. Several processes may do this at once.
 */
export async function runSendLoop(
  context: SendContext & { unseal: Unseal },
  signal: AbortSignal,
  { perMinute = 30, mailDeadlineMs, pollMs = 1_000 }: SendLoopOptions = {},
): Promise<void> {
  const channels = new Map<number, Running>()
  const wakeAll = (): void => {
    for (const { pump } of channels.values()) pump?.wake()
  }
  const listening = await context.sql.listen('spool', wakeAll, wakeAll)
  for (let round = 0; !signal.aborted; round += 1) {
    try {
      if (round % 5 === 0) await refresh({ context, channels, perMinute, mailDeadlineMs })
      wakeAll()
      if (round % 15 === 0) context.metrics.spool(await readSpoolFigures(context))
    } catch (error) {
      context.log('spool_unreadable', { error: String(error) })
    }
    await pause(pollMs, signal)
  }
  await listening.unlisten().catch(() => undefined)
  await Promise.all([...channels.values()].flatMap(({ pump }) => pump?.stop() ?? []))
}

async function refresh(given: {
  context: SendContext & { unseal: Unseal }
  channels: Map<number, Running>
  perMinute: number
  mailDeadlineMs: number | undefined
}): Promise<void> {
  const { context, channels, perMinute, mailDeadlineMs } = given
  const { sql, unseal, owner, metrics, log } = context
  metrics.leasesExpired(await expireNotificationLeases({ sql, isGone: owner.isGone }))
  const found = await readMailChannels({ sql, unseal })
  for (const [id, { pump }] of channels) {
    if (found.some((channel) => channel.id === id)) continue
    channels.delete(id)
    void pump?.stop()
  }
  for (const channel of found) {
    const known = channels.get(channel.id)
    if (known?.version === channel.version) continue
    void known?.pump?.stop()
    let pump: Pump | undefined
    try {
      if ('problem' in channel) throw new Error(channel.problem)
      pump = createChannelPump(context, channel, { perMinute, deadlineMs: mailDeadlineMs })
    } catch (error) {
      log('channel_unusable', { channel: channel.name, error: String(error) })
    }
    metrics.channelUsable(channel.name, pump !== undefined)
    channels.set(channel.id, { version: channel.version, pump })
  }
}

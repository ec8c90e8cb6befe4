import type { SpoolFigures } from '@trunkline/api/repository'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

const states = ['queued', 'sending', 'retry_wait', 'unknown', 'dead']

/** The sender's own health, on the engine's `/metrics`. */
export interface NotifyMetrics {
  attempted: (channel: string, outcome: 'sent' | 'retry' | 'dead' | 'unknown') => void
  /** From the transition's commit to the receiving server's yes. */
  handedOver: (seconds: number) => void
  /** So many messages went as one. */
  digested: (messages: number) => void
  leasesExpired: (count: number) => void
  notLaidOut: () => void
  channelUsable: (channel: string, isUsable: boolean) => void
  spool: (figures: SpoolFigures) => void
}

const prefix = 'trunkline_engine_notification'

export function createNotifyMetrics(registry: Registry): NotifyMetrics {
  const { attempts, handover, digested, expired, fallbacks } = counted([registry])
  const { usable, spooled, oldest } = gauged([registry])
  return {
    attempted: (channel, outcome) => attempts.inc({ channel, outcome }),
    handedOver: (seconds) => handover.observe(seconds),
    digested: (messages) => digested.inc(messages),
    leasesExpired: (count) => expired.inc(count),
    notLaidOut: () => fallbacks.inc(),
    channelUsable: (channel, isUsable) => usable.set({ channel }, isUsable ? 1 : 0),
    spool: ({ byState, oldestDueSeconds }) => {
      for (const state of states) spooled.set({ state }, byState[state] ?? 0)
      oldest.set(oldestDueSeconds)
    },
  }
}

function counted(registers: Registry[]) {
  return {
    attempts: new Counter({
      name: `${prefix}_attempts_total`,
      help: 'Attempts to hand a message over, by how they ended.',
      labelNames: ['channel', 'outcome'],
      registers,
    }),
    handover: new Histogram({
      name: `${prefix}_handover_seconds`,
      help: 'From the commit of a transition to the receiving server taking the message.',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300, 3_600],
      registers,
    }),
    digested: new Counter({
      name: `${prefix}_digested_total`,
      help: 'Messages that went as lines of a digest, since their receiver had got his share of single ones.',
      registers,
    }),
    expired: new Counter({
      name: `${prefix}_leases_expired_total`,
      help: 'Messages whose sender vanished; they are sent again under the same Message-ID.',
      registers,
    }),
    fallbacks: new Counter({
      name: `${prefix}_fallbacks_total`,
      help: 'Messages that could not be laid out and went as plain text with the error.',
      registers,
    }),
  }
}

function gauged(registers: Registry[]) {
  return {
    usable: new Gauge({
      name: `${prefix}_channel_usable`,
      help: '0 for a channel whose settings cannot be used: its messages wait.',
      labelNames: ['channel'],
      registers,
    }),
    spooled: new Gauge({
      name: `${prefix}_spool_messages`,
      help: 'Messages that are not sent yet, and dead letters, by state.',
      labelNames: ['state'],
      registers,
    }),
    oldest: new Gauge({
      name: `${prefix}_spool_oldest_due_seconds`,
      help: 'How long the oldest unsent message has been due.',
      registers,
    }),
  }
}

import type { Sql } from '@trunkline/api/repository'
import type { LeaseOwner } from './lease-owner.ts'
import type { NotifyMetrics } from './notify-metrics.ts'
import type { SmtpSender } from './smtp.ts'

/** What sending needs of the process it runs in. */
export interface SendContext {
  sql: Sql
  owner: LeaseOwner
  /** Where the links in messages lead. */
  publicUrl: string
  now: () => Date
  sleep: (ms: number) => Promise<void>
  log: (event: string, fields: Record<string, unknown>) => void
  metrics: NotifyMetrics
}

/** A channel with one of its connections. */
export interface SendingChannel {
  name: string
  from: string
  sender: SmtpSender
}

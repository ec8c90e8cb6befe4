import type { Sql } from '@trunkline/api/repository'
import type { LeaseOwner } from './lease-owner.ts'
import type { NotifyMetrics } from './notify-metrics.ts'

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

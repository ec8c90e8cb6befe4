import type { Sealer, Sql } from '../../repository/index.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { Readiness } from '../readiness.ts'
import type { Authority } from './ca.ts'
import type { WorkQueue } from './work-queue.ts'

/** What the agents' routes are made of. */
export interface AgentNeeds {
  sql: Sql
  sealer: Sealer
  log: Log
  now: () => Date
  metrics: Metrics
  authority: Authority
  /** PEM; what agents verify runbooks with. */
  runbookKey: string
  work: WorkQueue
  readiness: Readiness
}

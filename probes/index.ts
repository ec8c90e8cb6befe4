import { checkpoints } from './checkpoints.ts'
import type { Probe } from './probe.ts'

export { columnsOf, keyOf, targetColumn, type Column } from './columns.ts'
export { durationMs, type Duration } from './duration.ts'
export { sqlFor, type DetailType, type Metric, type MetricName, type Probe } from './probe.ts'

/** Every probe that ships, by the name of its tables. */
export const probes = { checkpoints } satisfies Record<string, Probe>

export type ProbeName = keyof typeof probes

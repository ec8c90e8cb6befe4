import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

const prefix = 'trunkline_engine'

/** The evaluation's own health, on the engine's `/metrics`. */
export interface EngineMetrics {
  evaluated: (
    rule: string,
    given: { durationMs: number; rows: number; transitions: number },
  ) => void
  failed: (rule: string) => void
  leads: (isLeader: boolean) => void
  fenced: () => void
  repositoryAway: () => void
}

export function createEngineMetrics(registry: Registry): EngineMetrics {
  const registers = [registry]
  const labelNames = ['rule'] as const
  const counter = (name: string, help: string) =>
    new Counter({ name: `${prefix}_${name}_total`, help, registers })
  const ruleCounter = (name: string, help: string) =>
    new Counter({ name: `${prefix}_${name}_total`, help, labelNames, registers })
  const ruleGauge = (name: string, help: string) =>
    new Gauge({ name: `${prefix}_${name}`, help, labelNames, registers })
  const duration = new Histogram({
    name: `${prefix}_evaluation_seconds`,
    help: 'Reading and deciding one rule for the whole fleet.',
    labelNames,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers,
  })
  const last = ruleGauge(
    'last_evaluation_timestamp_seconds',
    'When a rule was last evaluated without error.',
  )
  const rows = ruleGauge('rows', 'Rows of a rule that may matter, at its newest evaluation.')
  const transitions = ruleCounter('transitions', 'Changes of alerts.')
  const errors = ruleCounter('evaluation_errors', 'Evaluations that failed.')
  const fenced = counter('fenced', 'Writes refused because another engine had taken over.')
  const away = counter('repository_away', 'Times the repository did not answer.')
  const leader = new Gauge({
    name: `${prefix}_leader`,
    help: '1 while this engine holds the lease of the evaluation.',
    registers,
  })
  return {
    evaluated: (rule, given) => {
      duration.observe({ rule }, given.durationMs / 1_000)
      last.set({ rule }, Date.now() / 1_000)
      rows.set({ rule }, given.rows)
      transitions.inc({ rule }, given.transitions)
    },
    failed: (rule) => errors.inc({ rule }),
    leads: (isLeader) => leader.set(isLeader ? 1 : 0),
    fenced: () => fenced.inc(),
    repositoryAway: () => away.inc(),
  }
}

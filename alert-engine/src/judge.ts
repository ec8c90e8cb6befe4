import type { Target } from '@trunkline/api/repository'
import type { Health, Observation } from './alert-state.ts'
import { heartbeatMs, type PreparedRule } from './prepared-rule.ts'

/** A run this late is late; jitter and one lost sample are not. */
export function staleAfterMs(everyMs: number): number {
  return 3 * everyMs + 5_000
}

/**
 * What it means that an alert has no new row: a good sample without the row (the condition is over), nobody who
 * could look, or nothing new since the last time (undefined).
 */
export function judgeSilence(
  rule: PreparedRule,
  target: Target | undefined,
  now: number,
): Observation | undefined {
  if (target === undefined) return undefined
  if (target.isRemoved) return { kind: 'gone', at: now, reason: 'instance_removed' }
  const health = judgeHealth(rule, target, now)
  if (health !== 'ok') return { kind: 'unknown', at: now, health }
  const newest = [...rule.probes.keys()].map((probe) => target.runs[probe]?.lastOkAt ?? now)
  // With two probes read, the older sample is the one that can no longer hold the row.
  return { kind: 'absent', at: newest.length === 0 ? now : Math.min(...newest) }
}

/** How well what the rule reads of a target is known. */
export function judgeHealth(rule: PreparedRule, target: Target, now: number): Health {
  if (rule.reads.includes('agent')) return 'ok'
  const { heartbeatAt, instanceState } = target
  if (heartbeatAt === null || now - heartbeatAt > staleAfterMs(heartbeatMs)) return 'unmonitored'
  const needsServer = target.instanceId !== null && !rule.reads.includes('instance')
  if (needsServer && instanceState !== null && instanceState !== 'up') return 'unmonitored'
  const found = [...rule.probes].map(([probe, everyMs]): Health => {
    const run = target.runs[probe]
    if (run === undefined) return 'no_data'
    if (!run.ok) return 'error'
    return now + target.skewMs - run.collectedAt > staleAfterMs(everyMs) ? 'stale' : 'ok'
  })
  return (['error', 'no_data', 'stale'] as const).find((health) => found.includes(health)) ?? 'ok'
}

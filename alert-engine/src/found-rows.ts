import type { AlertRow, ConditionRow, Target } from '@trunkline/api/repository'
import { freshAlert } from './alert-state.ts'
import { fingerprintOf, identityOf } from './fingerprint.ts'
import { judgeHealth, staleAfterMs } from './judge.ts'
import { targetLevel } from './level.ts'
import type { Thresholds } from './overrides.ts'
import type { PreparedRule } from './prepared-rule.ts'

/** A row with the name of its identity. */
export interface FoundRow extends ConditionRow {
  fingerprint: string
  identity: Record<string, unknown>
}

/** The rows by identity. Of two that claim to be the same alert the worse is kept, and the other counted. */
export function findRows(
  rule: PreparedRule,
  rows: readonly ConditionRow[],
): { rows: FoundRow[]; duplicates: number } {
  const found = new Map<string, FoundRow>()
  for (const row of rows) {
    const identity = identityOf(rule.identity, row.row)
    const one = { ...row, identity, fingerprint: fingerprintOf(identity) }
    const other = found.get(one.fingerprint)
    if (other === undefined || isWorse(rule, one, other)) found.set(one.fingerprint, one)
  }
  return { rows: [...found.values()], duplicates: rows.length - found.size }
}

function isWorse(rule: PreparedRule, one: ConditionRow, other: ConditionRow): boolean {
  if (one.value === null || other.value === null) return other.value === null
  return rule.bars[0]?.side === 'below' ? one.value < other.value : one.value > other.value
}

/** The rows that could open an alert that is not live: beyond a bar, and of a sample that is not old news. */
export function findOpeners({
  rule,
  thresholds,
  rows,
  live,
  now,
}: {
  rule: PreparedRule
  thresholds: Thresholds
  rows: readonly FoundRow[]
  live: readonly AlertRow[]
  now: number
}): FoundRow[] {
  const known = new Set(live.map(({ fingerprint }) => fingerprint))
  return rows.filter(({ value, instance, fingerprint, row, skewMs }) => {
    if (value === null || known.has(fingerprint)) return false
    const { bars } = thresholds.of(instance?.id ?? null)
    const isFresh = now + skewMs - sampleTime(row, now + skewMs) <= staleAfterMs(rule.intervalMs)
    return isFresh && targetLevel(bars, value, 0) > 0
  })
}

/**
 * For rules that raise an alert where data is missing: a row without value for each instance of which a living agent
 * says nothing. Such a rule knows its alerts by `instance_id` alone.
 */
export function findMissing({
  rule,
  targets,
  live,
  now,
}: {
  rule: PreparedRule
  targets: readonly Target[]
  live: readonly AlertRow[]
  now: number
}): FoundRow[] {
  if (!raisesOnNoData(rule)) return []
  const known = new Set(live.map(({ fingerprint }) => fingerprint))
  return targets.flatMap((target) => {
    const health = judgeHealth(rule, target, now)
    const identity = identityOf(rule.identity, { instance_id: target.instanceId })
    const fingerprint = fingerprintOf(identity)
    if (known.has(fingerprint) || (health !== 'no_data' && health !== 'stale')) return []
    const { instance, agent, host, skewMs } = target
    return [{ value: null, row: identity, instance, agent, host, skewMs, identity, fingerprint }]
  })
}

/** Whether every instance must be looked at, not only those with alerts. */
export function raisesOnNoData({ onNoData, identity }: PreparedRule): boolean {
  return onNoData !== 'keep' && onNoData !== 'clear' && identity.join() === 'instance_id'
}

/** When a row was collected; rows of what is not sampled are as of now. */
export function sampleTime(row: Readonly<Record<string, unknown>>, now: number): number {
  const text = row['collected_at']
  return typeof text === 'string' ? Date.parse(text) : now
}

/** A row's columns with the names of what it is about. */
export function labelsOf({ row, instance, agent, host }: FoundRow): Record<string, unknown> {
  const names = { instance: instance?.name ?? null, agent: agent?.name ?? null, host }
  return { ...row, ...names, place: names.instance ?? names.host ?? names.agent }
}

/** An alert that has never been, for a row. */
export function newAlert(rule: PreparedRule, row: FoundRow, id: string): AlertRow {
  const agentId = row.identity['agent_id']
  return {
    id,
    rule: rule.name,
    fingerprint: row.fingerprint,
    identity: row.identity,
    labels: {},
    instanceId: row.instance?.id ?? null,
    agentId: typeof agentId === 'string' ? agentId : null,
    episodeId: null,
    message: '',
    unit: rule.unit,
    mutedBy: null,
    acknowledgedUntil: null,
    state: { ...freshAlert, observedMs: {} },
  }
}

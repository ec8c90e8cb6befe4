import { durationMs, type Probe } from '@trunkline/probes'
import type { LevelName, Rule } from '@trunkline/rules'
import { type Bar, barsOf, levelNumbers } from './level.ts'
import type { StepRule } from './alert-state.ts'

/** How often agents report; what `agent` and `probe_run` hold is as old as that when all is well. */
export const heartbeatMs = 10_000

/** A rule with what evaluating it needs again and again. */
export interface PreparedRule extends Rule {
  name: string
  bars: readonly Bar[]
  /** The probes among what it reads, with how often each runs. */
  probes: ReadonlyMap<string, number>
  intervalMs: number
  targets: readonly ('instance_id' | 'host_id' | 'agent_id')[]
}

const targetColumns = ['instance_id', 'host_id', 'agent_id'] as const

/** The catalogue made ready, the rules that mute others first. */
export function prepareRules(
  rules: Readonly<Record<string, Rule>>,
  probes: Readonly<Record<string, Probe>>,
): PreparedRule[] {
  const prepared = Object.entries(rules).map(([name, rule]) => prepareRule(name, rule, probes))
  return prepared.toSorted((one, other) => one.mutedBy.length - other.mutedBy.length)
}

function prepareRule(
  name: string,
  rule: Rule,
  probes: Readonly<Record<string, Probe>>,
): PreparedRule {
  const read = rule.reads.flatMap((source): [string, number][] => {
    const probe = probes[source]
    return probe === undefined ? [] : [[source, durationMs(probe.every)]]
  })
  return {
    ...rule,
    name,
    bars: barsOf(rule.levels),
    probes: new Map(read),
    intervalMs: Math.max(
      ...read.map(([, everyMs]) => everyMs),
      read.length === 0 ? heartbeatMs : 0,
    ),
    targets: targetColumns.filter((column) => rule.identity.includes(column)),
  }
}

/** What `step` needs of a rule whose levels are these. */
export function stepRuleOf(rule: PreparedRule, bars: readonly Bar[]): StepRule {
  return {
    bars,
    keepFiringMs: rule.keepFiring === undefined ? 0 : durationMs(rule.keepFiring),
    intervalMs: rule.intervalMs,
    onNoData: isLevel(rule.onNoData) ? levelNumbers[rule.onNoData] : rule.onNoData,
  }
}

function isLevel(policy: Rule['onNoData']): policy is LevelName {
  return policy !== 'keep' && policy !== 'clear'
}

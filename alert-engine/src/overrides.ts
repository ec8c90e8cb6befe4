import type { RuleOverride } from '@trunkline/api/repository'
import { durationMs, type Duration } from '@trunkline/probes'
import type { Level, LevelName } from '@trunkline/rules'
import { z } from 'zod'
import type { StepRule } from './alert-state.ts'
import { barsOf } from './level.ts'
import { type PreparedRule, stepRuleOf } from './prepared-rule.ts'

const duration = z
  .string()
  .refine(isDuration)
  .transform((text) => text as Duration) // what `isDuration` proves
const part = z.object({
  above: z.number().optional(),
  below: z.number().optional(),
  clear: z.number().optional(),
  for: duration.optional(),
})
/** `null` takes a level away; a rule without levels is off. */
const overrideSchema = z.partialRecord(z.enum(['info', 'warning', 'critical']), part.nullable())

/** What each instance is held to: the rule's levels, under the fleet's override, under its own. */
export interface Thresholds {
  of(instanceId: number | null): StepRule
  /** Every set of levels in use. */
  all: readonly StepRule[]
}

/** Merges the overrides of a rule. One that cannot be read is left out, and said to `complain`. */
export function createThresholds(
  rule: PreparedRule,
  overrides: readonly RuleOverride[],
  complain: (problem: string) => void = () => undefined,
): Thresholds {
  const parts = new Map(
    overrides.map(({ instanceId, levels }) => [instanceId, readOverride(rule, levels, complain)]),
  )
  const fleet = merge(rule.levels, parts.get(null))
  const forFleet = stepRuleOf(rule, barsOf(fleet))
  const own = new Map(
    [...parts].flatMap(([id, change]) =>
      id === null ? [] : [[id, stepRuleOf(rule, barsOf(merge(fleet, change)))] as const],
    ),
  )
  return {
    of: (instanceId) => (instanceId === null ? undefined : own.get(instanceId)) ?? forFleet,
    all: [forFleet, ...own.values()],
  }
}

type Override = z.infer<typeof overrideSchema>
type Levels = Partial<Record<LevelName, Level>>

function readOverride(
  rule: PreparedRule,
  levels: unknown,
  complain: (problem: string) => void,
): Override | undefined {
  const read = overrideSchema.safeParse(levels)
  if (!read.success) complain(`the override of ${rule.name} is not one: ${read.error.message}`)
  return read.data
}

function merge(levels: Levels, change: Override | undefined): Levels {
  if (change === undefined) return levels
  const names = ['info', 'warning', 'critical'] as const
  const merged = names.flatMap((name): [LevelName, Level][] => {
    const given = change[name]
    const level = given === undefined ? levels[name] : mergeLevel(levels[name], given)
    return level === undefined ? [] : [[name, level]]
  })
  return Object.fromEntries(merged)
}

function mergeLevel(
  level: Level | undefined,
  change: z.infer<typeof part> | null,
): Level | undefined {
  if (change === null) return undefined
  const waits = change.for ?? level?.for ?? '0s'
  const below = change.below ?? (level && 'below' in level ? level.below : undefined)
  const above = change.above ?? (level && 'above' in level ? level.above : undefined)
  const earlier = level?.clear
  if (change.below === undefined && above !== undefined) {
    // A bar lowered below the clear value takes it along: the band is never upside down.
    return { above, clear: change.clear ?? Math.min(earlier ?? above, above), for: waits }
  }
  if (below === undefined) return undefined
  return { below, clear: change.clear ?? Math.max(earlier ?? below, below), for: waits }
}

function isDuration(text: string): boolean {
  try {
    durationMs(text)
    return true
  } catch {
    return false
  }
}

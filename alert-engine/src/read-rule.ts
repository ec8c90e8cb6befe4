import {
  type ISql,
  readRuleFacts,
  type RuleFacts,
  type RuleOverride,
} from '@trunkline/api/repository'
import { raisesOnNoData } from './found-rows.ts'
import type { Thresholds } from './overrides.ts'
import type { PreparedRule } from './prepared-rule.ts'

/** No rule may flood the engine. */
const maxRows = 10_000

/** Beyond which value a row of a rule matters to anybody. */
export interface Bounds {
  atLeast: number | null
  atMost: number | null
}

/**
 * The facts of a rule with its thresholds. Rows on the good side of every clear value stay in the database; `bounds`
 * keeps where that was the last time, and when overrides have changed since, the facts are read again.
 */
export async function readRule(
  { sql, bounds }: { sql: ISql; bounds: Map<string, Bounds> },
  rule: PreparedRule,
  merge: (overrides: readonly RuleOverride[]) => Thresholds,
): Promise<RuleFacts & { thresholds: Thresholds }> {
  for (;;) {
    const asked = bounds.get(rule.name) ?? boundsOf(merge([]))
    const facts = await readRuleFacts(
      { sql },
      {
        rule: rule.name,
        sql: rule.sql,
        role: rule.role,
        targets: rule.targets,
        identity: rule.identity,
        probes: [...rule.probes.keys()],
        mutedBy: rule.mutedBy,
        ...asked,
        maxRows,
        allInstances: raisesOnNoData(rule),
      },
    )
    const thresholds = merge(facts.overrides)
    const right = boundsOf(thresholds)
    bounds.set(rule.name, right)
    if (right.atLeast === asked.atLeast && right.atMost === asked.atMost) {
      return { ...facts, thresholds }
    }
  }
}

function boundsOf({ all }: Thresholds): Bounds {
  const bars = all.flatMap((one) => one.bars)
  const above = bars.filter(({ side }) => side === 'above').map(({ clear }) => clear)
  const below = bars.filter(({ side }) => side === 'below').map(({ clear }) => clear)
  return {
    atLeast: above.length === 0 ? null : Math.min(...above),
    atMost: below.length === 0 ? null : Math.max(...below),
  }
}

import {
  readAllInstanceTargets,
  readCondition,
  readFiring,
  readLiveAlerts,
  readNow,
  readRuleOverrides,
  readTargets,
  type RuleOverride,
  type TransactionSql,
} from '@trunkline/api/repository'
import type { Known } from './decide.ts'
import { raisesOnNoData } from './found-rows.ts'
import type { Thresholds } from './overrides.ts'
import type { PreparedRule } from './prepared-rule.ts'

/** No rule may flood the engine. */
const maxRows = 10_000

/** Everything an evaluation of a rule goes by, in the snapshot of the transaction. */
export async function readRule(
  { sql, now }: { sql: TransactionSql; now: Date | undefined },
  rule: PreparedRule,
  merge: (overrides: RuleOverride[]) => Thresholds,
) {
  const { name } = rule
  const [time, overrides, live, targets, firing] = await Promise.all([
    readNow({ sql }, now),
    readRuleOverrides({ sql }, name),
    readLiveAlerts({ sql }, name),
    raisesOnNoData(rule)
      ? readAllInstanceTargets({ sql }, [...rule.probes.keys()])
      : readTargets({ sql }, { rule: name, probes: [...rule.probes.keys()] }),
    readFiring({ sql }, rule.mutedBy),
  ])
  const thresholds = merge(overrides)
  const rows = await readCondition(
    { sql },
    {
      rule: name,
      sql: rule.sql,
      role: rule.role,
      targets: rule.targets,
      ...barOf(thresholds),
      maxRows,
    },
  )
  return { now: time, thresholds, rows, live, targets, firing } satisfies Partial<
    Record<keyof Known, unknown>
  >
}

/** Beyond which value a row matters to anybody: rows on the good side of every clear value are left in the database. */
function barOf({ all }: Thresholds): { atLeast: number | null; atMost: number | null } {
  const bars = all.flatMap((one) => one.bars)
  const above = bars.filter(({ side }) => side === 'above').map(({ clear }) => clear)
  const below = bars.filter(({ side }) => side === 'below').map(({ clear }) => clear)
  return {
    atLeast: above.length === 0 ? null : Math.min(...above),
    atMost: below.length === 0 ? null : Math.max(...below),
  }
}

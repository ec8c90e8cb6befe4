import { findEvidence, type TransactionSql } from '@trunkline/api/repository'
import { proposeActions } from './actions/propose-actions.ts'
import type { Decision } from './decide.ts'
import type { PreparedRule } from './prepared-rule.ts'
import { type OneTransition, plainTransition } from './tell.ts'

const evidenceTimeoutMs = 1_000
/** For all alerts of one evaluation: in a storm the later ones go without evidence, not without a message. */
const budgetMs = 3_000

export interface Explaining {
  sql: TransactionSql
  rule: PreparedRule
  warn: (event: string, fields: Record<string, unknown>) => void
}

/**
 * The transitions of all alerts, those that raise one with evidence from the same snapshot and what may mend it. Evidence
 * that fails ends what can be read of the snapshot: it and what follows it go without.
 */
export async function explainAll(
  explaining: Explaining,
  decisions: readonly Decision[],
): Promise<OneTransition[]> {
  let until = performance.now() + budgetMs
  const all: OneTransition[] = []
  for (const decision of decisions) {
    const evidence = await evidenceOf(explaining, decision, until).catch((error: unknown) => {
      until = 0
      explaining.warn('evidence_failed', { rule: explaining.rule.name, error: String(error) })
      return []
    })
    all.push(...explain(explaining.rule, decision, evidence))
  }
  return all
}

/** Whether a transition asks for somebody's attention. */
export function isRise({ kind }: { kind: string }): boolean {
  return kind === 'raised' || kind === 'level_up' || kind === 'unmuted'
}

async function evidenceOf(
  { sql, rule: { evidence } }: Explaining,
  { alert, transitions }: Decision,
  until: number,
): Promise<Record<string, unknown>[]> {
  const timeoutMs = Math.min(evidenceTimeoutMs, Math.floor(until - performance.now()))
  if (evidence === undefined || timeoutMs < 1 || !transitions.some(isRise)) return []
  return await findEvidence({ sql, timeoutMs }, { evidence, row: alert.labels })
}

function explain(
  rule: PreparedRule,
  decision: Decision,
  evidence: readonly Record<string, unknown>[],
): OneTransition[] {
  return decision.transitions.map((transition) => {
    if (!isRise(transition)) return plainTransition(decision, transition)
    return { decision, transition, evidence, runbooks: proposeActions(rule, decision.alert.labels) }
  })
}

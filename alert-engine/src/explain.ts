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

/** The transitions of all alerts, those that raise one with evidence from the same snapshot and what may mend it. */
export async function explainAll(
  explaining: Explaining,
  decisions: readonly Decision[],
): Promise<OneTransition[]> {
  const until = performance.now() + budgetMs
  const all: OneTransition[] = []
  for (const decision of decisions) all.push(...(await explain(explaining, decision, until)))
  return all
}

/** Whether a transition asks for somebody's attention. */
export function isRise({ kind }: { kind: string }): boolean {
  return kind === 'raised' || kind === 'level_up' || kind === 'unmuted'
}

async function explain(
  { sql, rule, warn }: Explaining,
  decision: Decision,
  until: number,
): Promise<OneTransition[]> {
  const { labels } = decision.alert
  const rises = decision.transitions.some(isRise)
  if (!rises) return decision.transitions.map((one) => plainTransition(decision, one))
  const { evidence: query } = rule
  const timeoutMs = Math.min(evidenceTimeoutMs, Math.floor(until - performance.now()))
  const evidence =
    query === undefined || timeoutMs < 1
      ? []
      : await findEvidence({ sql, timeoutMs }, { evidence: query, row: labels }).catch(
          (error: unknown) => {
            warn('evidence_failed', { rule: rule.name, error: String(error) })
            return []
          },
        )
  const runbooks = proposeActions(rule, labels)
  return decision.transitions.map((transition) =>
    isRise(transition)
      ? { decision, transition, evidence, runbooks }
      : plainTransition(decision, transition),
  )
}

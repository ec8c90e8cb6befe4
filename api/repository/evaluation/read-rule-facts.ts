import type { ISql } from 'postgres'
import type { RuleFacts } from './rule-facts.ts'
import { factsStatement, type RuleQuestion } from './facts-statement.ts'

/** The facts of a rule for the whole fleet, in one statement, so in one snapshot and one round trip. */
export async function readRuleFacts(
  { sql }: { sql: ISql },
  question: RuleQuestion,
): Promise<RuleFacts> {
  const { rule, atLeast, atMost, maxRows, probes, mutedBy } = question
  const [facts] = await sql.unsafe<RuleFacts[]>(
    factsStatement(question),
    [rule, atLeast, atMost, maxRows + 1, [...probes], [...mutedBy]],
    { prepare: true },
  )
  if (facts === undefined) throw new Error(`the repository told nothing about the rule ${rule}`)
  if (facts.rows.length > maxRows) {
    throw new Error(`the rule has more than ${maxRows} rows beyond its thresholds`)
  }
  return facts
}

import type { ISql } from 'postgres'
import type { RuleFacts } from './rule-facts.ts'
import { factsStatement } from './facts-statement.ts'

/** A rule's query, and which of its rows can matter. */
export interface RuleQuestion {
  rule: string
  sql: string
  role: 'any' | 'primary' | 'standby'
  /** Those of `instance_id`, `host_id`, `agent_id` that its rows have. */
  targets: readonly ('instance_id' | 'host_id' | 'agent_id')[]
  identity: readonly string[]
  /** The probes it reads, and the rules that mute it. */
  probes: readonly string[]
  mutedBy: readonly string[]
  /** Rows on the good side of every level change nothing, unless they are a live alert. */
  atLeast: number | null
  atMost: number | null
  /** More rows than this are an error: no rule may flood the engine. */
  maxRows: number
  /** Tell of every instance how well it is watched, not only of those with alerts. */
  allInstances: boolean
}

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

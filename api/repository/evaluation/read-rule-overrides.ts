import type { ISql } from 'postgres'

/** A change of a rule's levels, for the fleet (`instanceId` null) or one instance. */
export interface RuleOverride {
  instanceId: number | null
  /** As stored: parsed where it is used. */
  levels: unknown
}

/** The overrides of one rule. */
export async function readRuleOverrides(
  { sql }: { sql: ISql },
  rule: string,
): Promise<RuleOverride[]> {
  return await sql<RuleOverride[]>`
    select instance_id as "instanceId", levels from pem.rule_override where rule = ${rule}`
}

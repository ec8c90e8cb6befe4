import type postgres from 'postgres'

export interface RuleRuntime {
  rule: string
  evaluatedAt: Date | null
  ageSeconds: number | null
  durationMs: number | null
  error: string | null
}

/** When each rule was evaluated last, and how that went. */
export async function readRuleRuntimes({ sql }: { sql: postgres.ISql }): Promise<RuleRuntime[]> {
  return await sql<RuleRuntime[]>`
    select rule, evaluated_at as "evaluatedAt",
           (case when evaluated_at is not null then greatest(0, extract(epoch from pem.now() - evaluated_at)) end)::float8 as "ageSeconds",
           duration_ms as "durationMs", error
      from pem.rule_runtime`
}

import type postgres from 'postgres'

export interface EngineState {
  leader: string | null
  lastEvaluatedAt: Date | null
  behindSeconds: number | null
}

/** Who evaluates, and since when everything has been evaluated. */
export async function readEngineState({ sql }: { sql: postgres.ISql }): Promise<EngineState> {
  const [row] = await sql<EngineState[]>`
    select (select holder from pem.lease where shard = 0 and expires_at > now()) as leader,
           max(evaluated_at) as "lastEvaluatedAt",
           (case when max(evaluated_at) is not null then greatest(0, extract(epoch from pem.now() - max(evaluated_at))) end)::float8 as "behindSeconds"
      from pem.rule_runtime`
  return row ?? { leader: null, lastEvaluatedAt: null, behindSeconds: null }
}

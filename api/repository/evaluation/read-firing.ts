import type { ISql } from 'postgres'

/** An open alert that may mute others. */
export interface Firing {
  rule: string
  instanceId: number | null
  agentId: string | null
}

/** What fires among these rules. */
export async function readFiring(
  { sql }: { sql: ISql },
  rules: readonly string[],
): Promise<Firing[]> {
  if (rules.length === 0) return []
  return await sql<Firing[]>`
    select distinct rule, instance_id as "instanceId", agent_id as "agentId"
      from pemdata.alert
     where rule = any(${[...rules]}::text[])
       and (condition <> 'normal' or flap_ring <> 0)
       and condition in ('firing', 'recovering')`
}

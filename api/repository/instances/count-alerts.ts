import type postgres from 'postgres'

/** Alerts that fire, by where they belong; `instanceId` null: to the agent or host. */
export interface AlertCount {
  rule: string
  instanceId: number | null
  agentId: string | null
  hostId: number | null
  level: number
  alerts: number
}

/** How many alerts fire, by rule, target and level. */
export async function countAlerts({ sql }: { sql: postgres.ISql }): Promise<AlertCount[]> {
  return await sql<AlertCount[]>`
    select rule, instance_id as "instanceId", agent_id as "agentId",
           case when jsonb_typeof(labels -> 'host_id') = 'number' then (labels ->> 'host_id')::int end as "hostId",
           level, count(*)::int as alerts
      from pemdata.alert
     where condition in ('firing', 'recovering') and level > 0
     group by 1, 2, 3, 4, 5`
}

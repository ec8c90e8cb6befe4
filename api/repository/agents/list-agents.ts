import type postgres from 'postgres'

export interface AgentRow {
  id: string
  name: string
  host: { id: number; name: string }
  version: string | null
  enrolledAt: Date
  lastSeenAt: Date | null
  ageSeconds: number | null
  spoolBytes: number | null
  spoolOldestSeconds: number | null
  droppedSamples: number | null
  workerRestarts: number | null
  clockSkewSeconds: number | null
}

/** Every agent that may still speak, with its newest heartbeat, by name. */
export async function listAgents({ sql }: { sql: postgres.ISql }): Promise<AgentRow[]> {
  return await sql<AgentRow[]>`
    select agent.id, agent.name, jsonb_build_object('id', host.id, 'name', host.name) as host,
           beat.version, enrolled_at as "enrolledAt", beat.collected_at as "lastSeenAt",
           (case when beat.collected_at is not null then greatest(0, extract(epoch from pem.now() - beat.collected_at)) end)::float8 as "ageSeconds",
           spool_bytes as "spoolBytes", spool_oldest_seconds as "spoolOldestSeconds",
           dropped_samples as "droppedSamples", worker_restarts as "workerRestarts",
           clock_skew_seconds as "clockSkewSeconds"
      from pem.agent
      join pem.host on host.id = agent.host_id
      left join pemdata.agent beat on beat.agent_id = agent.id
     where agent.disabled_at is null
     order by agent.name, agent.id`
}

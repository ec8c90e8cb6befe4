import type postgres from 'postgres'

/** What there is for an agent now. */
export interface AgentWork {
  agentId: string
  /** Changes whenever the agent's configuration does. */
  configVersion: string
  openRequests: number
  openActions: number
}

/**
 * What there is for these agents, in one statement however many wait. A dispatched action that nobody asked to start is
 * handed out again: the answer that held it may have been lost.
 */
export async function readAgentWork(
  { sql }: { sql: postgres.ISql },
  agentIds: readonly string[],
): Promise<AgentWork[]> {
  return await sql<AgentWork[]>`
    select agent.id as "agentId",
           md5(agent.host_id::text || coalesce((
             select string_agg(row(i.id, i.name, i.address, i.port, i.database_name, i.user_name, i.sslmode,
                                   i.password_sealed, i.actor_user, i.actor_password_sealed)::text, ';' order by i.id)
               from pem.instance i where i.agent_id = agent.id and i.removed_at is null), '')) as "configVersion",
           (select count(*) from pem.agent_request r
             where r.agent_id = agent.id and r.answered_at is null and r.expires_at > now())::int as "openRequests",
           (select count(*) from pem.action a
             where a.agent_id = agent.id and a.start_before > now()
               and (a.state = 'queued'
                    or (a.state = 'dispatched' and a.dispatched_at < now() - interval '10 seconds')))::int as "openActions"
      from pem.agent
     where agent.id = any(${[...agentIds]}::uuid[])`
}

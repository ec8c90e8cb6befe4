import type postgres from 'postgres'

/** An instance as its agent needs it, its passwords still sealed. */
export interface AgentInstance {
  id: number
  name: string
  address: string
  port: number
  database: string
  user: string
  sslmode: 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full'
  passwordSealed: Buffer | null
  actorUser: string | null
  actorPasswordSealed: Buffer | null
}

/** What an agent watches, in a stable order. */
export async function readAgentInstances(
  { sql }: { sql: postgres.ISql },
  agentId: string,
): Promise<AgentInstance[]> {
  return await sql<AgentInstance[]>`
    select id, name, address, port, database_name as database, user_name as user, sslmode,
           password_sealed as "passwordSealed", actor_user as "actorUser",
           actor_password_sealed as "actorPasswordSealed"
      from pem.instance
     where agent_id = ${agentId} and removed_at is null
     order by id`
}

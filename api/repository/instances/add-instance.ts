import type postgres from 'postgres'
import { appendAudit } from '../append-audit.ts'

export interface NewInstance {
  name: string
  agentId: string
  address: string
  port: number
  database: string
  user: string
  sslmode: string
  passwordSealed: Buffer | null
  actorUser: string | null
  actorPasswordSealed: Buffer | null
  actor: string
}

/** Adds an instance on its agent's host and wakes the agent. An address or name in use is a unique violation (23505). */
export async function addInstance(
  { sql }: { sql: postgres.Sql },
  instance: NewInstance,
): Promise<number> {
  const { name, agentId, address, port, actor, ...rest } = instance
  return await sql.begin(async (tx) => {
    const [row] = await tx<{ id: number }[]>`
      insert into pem.instance (name, agent_id, host_id, address, port, database_name, user_name, sslmode,
                                password_sealed, actor_user, actor_password_sealed)
      select ${name}, id, host_id, ${address}, ${port}, ${rest.database}, ${rest.user}, ${rest.sslmode},
             ${rest.passwordSealed}, ${rest.actorUser}, ${rest.actorPasswordSealed}
        from pem.agent where id = ${agentId} and disabled_at is null
      returning id`
    if (!row) throw new Error(`agent ${agentId} is gone`)
    await appendAudit(
      { sql: tx },
      {
        actor: `user:${actor}`,
        kind: 'instance_added',
        subject: `instance:${name}`,
        detail: { id: row.id, address, port, agentId },
      },
    )
    await tx`select pg_notify('work', ${agentId})`
    return row.id
  })
}

import type postgres from 'postgres'
import { appendAudit } from '../append-audit.ts'

/**
 * Shuts an agent out, with every certificate it has, from its next request on. `watching` when it still watches
 * instances: they would go dark without anybody having said so.
 */
export async function removeAgent(
  { sql }: { sql: postgres.Sql },
  { id, actor }: { id: string; actor: string },
): Promise<'removed' | 'watching' | 'unknown'> {
  return await sql.begin(async (tx) => {
    const [agent] = await tx<{ name: string; instances: number }[]>`
      select name, (select count(*)::int from pem.instance where agent_id = agent.id and removed_at is null) as instances
        from pem.agent where id = ${id} and disabled_at is null for update`
    if (!agent) return 'unknown'
    if (agent.instances > 0) return 'watching'
    await tx`update pem.agent set disabled_at = now() where id = ${id}`
    await tx`
      update pem.agent_certificate set revoked_at = now() where agent_id = ${id} and revoked_at is null`
    await tx`delete from pemdata.agent where agent_id = ${id}`
    await appendAudit(
      { sql: tx },
      {
        actor: `user:${actor}`,
        kind: 'agent_removed',
        subject: `agent:${id}`,
        detail: { name: agent.name },
      },
    )
    return 'removed'
  })
}

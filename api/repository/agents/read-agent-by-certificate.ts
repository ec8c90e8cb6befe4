import type postgres from 'postgres'

/**
 * The agent a certificate is for, if neither has been revoked and no newer one replaced it long ago. To be renewed, one may
 * have run out: it does until `dropExpired` forgets it, after 30 days.
 */
export async function readAgentByCertificate(
  { sql }: { sql: postgres.ISql },
  certificate: { serial: string; agentId: string; isToBeRenewed: boolean },
): Promise<{ id: string; hostId: number } | undefined> {
  const [agent] = await sql<{ id: string; hostId: number }[]>`
    select agent.id, host_id as "hostId"
      from pem.agent_certificate c join pem.agent on agent.id = c.agent_id
     where serial = ${certificate.serial} and agent.id = ${certificate.agentId}
       and revoked_at is null and (not_after > now() or ${certificate.isToBeRenewed}) and disabled_at is null
       and (replaced_at is null or replaced_at > now() - interval '10 minutes')`
  return agent
}

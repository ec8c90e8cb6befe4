import type postgres from 'postgres'
import { appendAudit } from '../append-audit.ts'

export interface Enrolment {
  tokenHash: Buffer
  agentId: string
  hostName: string
  machineId: string
  certificate: { serial: string; notAfter: Date }
}

/** Whether the token let the agent in. Of many that use one token at once, one gets in. */
export async function enrolAgent(
  { sql }: { sql: postgres.Sql },
  enrolment: Enrolment,
): Promise<boolean> {
  const { tokenHash, agentId, hostName, certificate } = enrolment
  return await sql.begin(async (tx) => {
    const [token] = await tx<{ createdBy: string }[]>`
      update pem.enrolment_token set used_at = now()
       where hash = ${tokenHash} and used_at is null and expires_at > now()
         and lower(${hostName}) like lower(translate(
               replace(replace(replace(host_pattern, '\\', '\\\\'), '_', '\\_'), '%', '\\%'), '*?', '%_'))
      returning created_by as "createdBy"`
    if (!token) return false
    await insertAgent(tx, enrolment)
    await tx`update pem.enrolment_token set used_by = ${agentId} where hash = ${tokenHash}`
    await tx`
      insert into pem.agent_certificate (serial, agent_id, not_after)
      values (${certificate.serial}, ${agentId}, ${certificate.notAfter})`
    await appendAudit(
      { sql: tx },
      {
        actor: `user:${token.createdBy}`,
        kind: 'agent_enrolled',
        subject: `agent:${agentId}`,
        detail: { hostName },
      },
    )
    return true
  })
}

/** The second agent of a host gets a number behind its name. */
async function insertAgent(tx: postgres.TransactionSql, enrolment: Enrolment): Promise<void> {
  const { agentId, hostName, machineId } = enrolment
  await tx`
    with host as (
      insert into pem.host (machine_id, name) values (${machineId}, ${hostName})
          on conflict (machine_id) do update set name = excluded.name
      returning id
    ), named as (
      select count(*) as others from pem.agent
       where name = ${hostName} or name like ${`${hostName.replaceAll(/[\\%_]/g, String.raw`\$&`)} (%)`}
    )
    insert into pem.agent (id, name, host_id)
    select ${agentId}, case when others = 0 then ${hostName} else format('%s (%s)', ${hostName}::text, others + 1) end, host.id
      from host, named`
}

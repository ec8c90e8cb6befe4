import type postgres from 'postgres'

/** Stores an agent's next certificate; the one it came with serves ten more minutes. */
export async function renewCertificate(
  { sql }: { sql: postgres.Sql },
  renewal: { agentId: string; oldSerial: string; serial: string; notAfter: Date },
): Promise<void> {
  const { agentId, oldSerial, serial, notAfter } = renewal
  await sql.begin(async (tx) => {
    await tx`
      insert into pem.agent_certificate (serial, agent_id, not_after)
      values (${serial}, ${agentId}, ${notAfter})`
    await tx`
      update pem.agent_certificate set replaced_at = coalesce(replaced_at, now())
       where serial = ${oldSerial} and agent_id = ${agentId}`
  })
}

import type postgres from 'postgres'
import { appendAudit } from '../append-audit.ts'

/** A token that enrols one agent on a host whose name matches the glob. */
export async function createEnrolmentToken(
  { sql }: { sql: postgres.Sql },
  token: { hash: Buffer; hostPattern: string; ttlSeconds: number; actor: string },
): Promise<{ expiresAt: Date }> {
  const { hash, hostPattern, ttlSeconds, actor } = token
  return await sql.begin(async (tx) => {
    const [row] = await tx<{ expiresAt: Date }[]>`
      insert into pem.enrolment_token (hash, host_pattern, created_by, expires_at)
      values (${hash}, ${hostPattern}, ${actor}, now() + make_interval(secs => ${ttlSeconds}))
      returning expires_at as "expiresAt"`
    if (!row) throw new Error('the enrolment token was not stored')
    await appendAudit(
      { sql: tx },
      {
        actor: `user:${actor}`,
        kind: 'enrolment_token_made',
        subject: `host:${hostPattern}`,
        detail: { ttlSeconds },
      },
    )
    return row
  })
}

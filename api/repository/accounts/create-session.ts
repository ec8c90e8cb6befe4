import type postgres from 'postgres'
import { appendAudit } from '../append-audit.ts'
import type { CredentialOwner } from './account.ts'

/** Longest life of a session, and of one nobody uses. */
export const sessionLife = { hours: 12, idleMinutes: 30 } as const

/** Begins a session for the account; the token itself is never stored. */
export async function createSession(
  { sql }: { sql: postgres.Sql },
  session: { hash: Buffer; accountId: number; by: 'password' | 'link'; address: string },
): Promise<CredentialOwner> {
  const { hash, accountId, by, address } = session
  return await sql.begin(async (tx) => {
    const [owner] = await tx<CredentialOwner[]>`
      with made as (
        insert into pem.session (hash, account_id, expires_at)
        values (${hash}, ${accountId}, now() + make_interval(hours => ${sessionLife.hours}))
        returning account_id
      )
      select account.id as "accountId", name, role, password_hash is not null as "hasPassword"
        from made join pem.account on account.id = made.account_id`
    if (!owner) throw new Error(`account ${accountId} is gone`)
    await appendAudit(
      { sql: tx },
      {
        actor: `user:${owner.name}`,
        kind: 'session_begun',
        subject: `user:${owner.name}`,
        detail: { by, address },
      },
    )
    return owner
  })
}

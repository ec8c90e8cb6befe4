import type postgres from 'postgres'
import type { CredentialOwner } from './account.ts'
import { sessionLife } from './create-session.ts'

/** Whose session this is, if it is still good. Its use is noted once a minute, not on each request. */
export async function readSession(
  { sql }: { sql: postgres.ISql },
  hash: Buffer,
): Promise<CredentialOwner | undefined> {
  const [owner] = await sql<CredentialOwner[]>`
    with good as (
      select hash, account_id, last_seen_at from pem.session
       where hash = ${hash} and expires_at > now()
         and last_seen_at > now() - make_interval(mins => ${sessionLife.idleMinutes})
    ), noted as (
      update pem.session set last_seen_at = now()
        from good
       where session.hash = good.hash and good.last_seen_at < now() - interval '1 minute'
    )
    select account.id as "accountId", name, role, password_hash is not null as "hasPassword"
      from good join pem.account on account.id = good.account_id
     where disabled_at is null`
  return owner
}

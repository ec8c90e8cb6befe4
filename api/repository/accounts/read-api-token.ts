import type postgres from 'postgres'
import type { CredentialOwner } from './account.ts'

/** Whose token this is, if it has not been revoked. */
export async function readApiToken(
  { sql }: { sql: postgres.ISql },
  hash: Buffer,
): Promise<CredentialOwner | undefined> {
  const [owner] = await sql<CredentialOwner[]>`
    select account.id as "accountId", account.name, role, password_hash is not null as "hasPassword"
      from pem.api_token join pem.account on account.id = api_token.account_id
     where hash = ${hash} and revoked_at is null and disabled_at is null`
  return owner
}

import type postgres from 'postgres'
import type { AccountRole } from './account.ts'

/** Makes sure that this token lets this account in, making the account when there is none yet. */
export async function keepApiToken(
  { sql }: { sql: postgres.ISql },
  token: { hash: Buffer; tokenName: string; accountName: string; role: AccountRole },
): Promise<void> {
  await sql`
    insert into pem.account (name, role) values (${token.accountName}, ${token.role})
        on conflict (name) do nothing`
  await sql`
    insert into pem.api_token (hash, name, account_id)
    select ${token.hash}, ${token.tokenName}, id from pem.account where name = ${token.accountName}
        on conflict (hash) do nothing`
}

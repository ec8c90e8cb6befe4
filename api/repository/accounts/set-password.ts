import type postgres from 'postgres'
import { appendAudit } from '../append-audit.ts'

/** Sets the password and ends every other session of the account. */
export async function setPassword(
  { sql }: { sql: postgres.Sql },
  set: { accountId: number; name: string; passwordHash: string; keepSession: Buffer | null },
): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`update pem.account set password_hash = ${set.passwordHash} where id = ${set.accountId}`
    await tx`
      delete from pem.session
       where account_id = ${set.accountId} and hash is distinct from ${set.keepSession}`
    await appendAudit(
      { sql: tx },
      { actor: `user:${set.name}`, kind: 'password_set', subject: `user:${set.name}`, detail: {} },
    )
  })
}

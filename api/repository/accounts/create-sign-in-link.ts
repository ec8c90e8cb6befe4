import type postgres from 'postgres'
import { appendAudit } from '../append-audit.ts'

/** A link that lets an account in once, within the hour; `undefined` when there is no such account. */
export async function createSignInLink(
  { sql }: { sql: postgres.Sql },
  link: { hash: Buffer; name: string; actor: string },
): Promise<{ expiresAt: Date } | undefined> {
  const { hash, name, actor } = link
  return await sql.begin(async (tx) => {
    const [row] = await tx<{ expiresAt: Date }[]>`
      insert into pem.sign_in_link (hash, account_id, expires_at)
      select ${hash}, id, now() + interval '1 hour'
        from pem.account where name = ${name} and disabled_at is null
      returning expires_at as "expiresAt"`
    if (!row) return undefined
    await appendAudit(
      { sql: tx },
      { actor: `user:${actor}`, kind: 'sign_in_link_made', subject: `user:${name}`, detail: {} },
    )
    return row
  })
}

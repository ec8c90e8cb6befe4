import type postgres from 'postgres'
import { appendAudit } from '../append-audit.ts'
import type { AccountRole } from './account.ts'

/** Adds a user without a password; `undefined` when the name is taken. */
export async function createAccount(
  { sql }: { sql: postgres.Sql },
  account: { name: string; role: AccountRole; actor: string },
): Promise<number | undefined> {
  const { name, role, actor } = account
  return await sql.begin(async (tx) => {
    const [row] = await tx<{ id: number }[]>`
      insert into pem.account (name, role) values (${name}, ${role})
          on conflict (name) do nothing returning id`
    if (!row) return undefined
    await appendAudit(
      { sql: tx },
      { actor: `user:${actor}`, kind: 'user_added', subject: `user:${name}`, detail: { role } },
    )
    return row.id
  })
}

import type postgres from 'postgres'

/** The account's password hash, if it may sign in by password. */
export async function readPasswordHash(
  { sql }: { sql: postgres.ISql },
  name: string,
): Promise<{ accountId: number; passwordHash: string } | undefined> {
  const [row] = await sql<{ accountId: number; passwordHash: string }[]>`
    select id as "accountId", password_hash as "passwordHash"
      from pem.account
     where name = ${name} and disabled_at is null and password_hash is not null`
  return row
}

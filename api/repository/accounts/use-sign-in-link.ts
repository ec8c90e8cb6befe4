import type postgres from 'postgres'

/** Uses the link up and says whose it was. Of many that use it at once, one gets an answer. */
export async function useSignInLink(
  { sql }: { sql: postgres.ISql },
  hash: Buffer,
): Promise<number | undefined> {
  const [row] = await sql<{ accountId: number }[]>`
    update pem.sign_in_link set used_at = now()
     where hash = ${hash} and used_at is null and expires_at > now()
       and account_id in (select id from pem.account where disabled_at is null)
    returning account_id as "accountId"`
  return row?.accountId
}

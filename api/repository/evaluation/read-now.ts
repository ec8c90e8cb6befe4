import type { ISql, TransactionSql } from 'postgres'

/** The repository's time in milliseconds. */
export async function readNow({ sql }: { sql: ISql }): Promise<number> {
  const [clock] = await sql<{ now: number }[]>`
    select floor(extract(epoch from pem.now()) * 1000)::float8 as now`
  return clock?.now ?? Date.now()
}

/** Sets `pem.now()` for the rest of the transaction: what runs in it runs in the past. */
export async function pretendNow({ sql }: { sql: TransactionSql }, now: Date): Promise<void> {
  await sql`select set_config('pem.now', ${now.toISOString()}, true)`
}

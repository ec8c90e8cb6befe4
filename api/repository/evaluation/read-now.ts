import type { TransactionSql } from 'postgres'

/** The repository's time in milliseconds; with `pretend` that time, to which the transaction is then set. */
export async function readNow(
  { sql }: { sql: TransactionSql },
  pretend: Date | undefined,
): Promise<number> {
  const text = pretend?.toISOString() ?? ''
  const [clock] = await sql<{ now: number }[]>`
    select floor(extract(epoch from coalesce(nullif(set_config('pem.now', ${text}, true), '')::timestamptz,
                                             clock_timestamp())) * 1000)::float8 as now`
  return clock?.now ?? Date.now()
}

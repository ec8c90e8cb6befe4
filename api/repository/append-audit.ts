import type { TransactionSql } from 'postgres'
import { auditHash, auditStart, type AuditEntry } from './audit-row.ts'

const lockKey = 7_480_004

/** Appends to the chain, in the transaction of what it records: both happen, or neither. */
export async function appendAudit(
  { sql }: { sql: TransactionSql },
  entry: AuditEntry,
): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockKey})`
  const [last] = await sql<{ sequence: number; hash: Buffer | null; at: Date }[]>`
    select coalesce(max(sequence), 0) as sequence, date_trunc('milliseconds', clock_timestamp()) as at,
           (select hash from pem.audit order by sequence desc limit 1) as hash
      from pem.audit`
  if (last === undefined) throw new Error('the audit could not be read')
  const previous = last.hash ?? auditStart
  // As it will be read back from jsonb.
  const detail = JSON.parse(JSON.stringify(entry.detail)) as Record<string, unknown>
  const row = { ...entry, detail, sequence: last.sequence + 1, at: last.at }
  await sql`
    insert into pem.audit (sequence, at, actor, kind, subject, detail, previous_hash, hash)
    values (${row.sequence}, ${row.at}, ${row.actor}, ${row.kind}, ${row.subject}, ${sql.json(detail as never)},
            ${previous}, ${auditHash(previous, row)})`
}

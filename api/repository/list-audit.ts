import type postgres from 'postgres'

export interface AuditRow {
  sequence: number
  at: Date
  actor: string
  kind: string
  subject: string
  detail: Record<string, unknown>
  hash: string
}

/** The audit trail, the newest first. */
export async function listAudit(
  { sql }: { sql: postgres.ISql },
  page: { limit: number; before: number | null },
): Promise<AuditRow[]> {
  return await sql<AuditRow[]>`
    select sequence, at, actor, kind, subject, detail, encode(hash, 'hex') as hash
      from pem.audit
     where (${page.before}::bigint is null or sequence < ${page.before})
     order by sequence desc limit ${page.limit}`
}

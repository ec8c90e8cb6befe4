import type { Sql } from 'postgres'
import { auditHash, auditStart, type AuditRow } from './audit-row.ts'

export interface AuditVerdict {
  ok: boolean
  /** Rows that follow from one another, from the first on. */
  rows: number
  /** Sequence of the first row that does not follow from the one before it. */
  brokenAt: number | null
}

interface Stored extends AuditRow {
  previous_hash: Buffer
  hash: Buffer
}

const pageRows = 1_000

/** Walks the whole chain, a page at a time. */
export async function verifyAudit({ sql }: { sql: Sql }): Promise<AuditVerdict> {
  let previous: Pick<Stored, 'sequence' | 'hash'> = { sequence: 0, hash: auditStart }
  for (;;) {
    const page = await sql<Stored[]>`
      select sequence, at, actor, kind, subject, detail, previous_hash, hash
        from pem.audit where sequence > ${previous.sequence} order by sequence limit ${pageRows}`
    for (const row of page) {
      const follows =
        row.sequence === previous.sequence + 1 && row.previous_hash.equals(previous.hash)
      if (!follows || !auditHash(previous.hash, row).equals(row.hash)) {
        return { ok: false, rows: previous.sequence, brokenAt: row.sequence }
      }
      previous = row
    }
    if (page.length < pageRows) return { ok: true, rows: previous.sequence, brokenAt: null }
  }
}

import { createHash } from 'node:crypto'

export interface AuditEntry {
  /** A user's name, an agent's id, `system`. */
  actor: string
  /** What was done, as in `action.approve`. */
  kind: string
  /** To what. */
  subject: string
  detail: Record<string, unknown>
}

export interface AuditRow extends AuditEntry {
  sequence: number
  at: Date
}

/** What the first row follows. */
export const auditStart = Buffer.alloc(32)

/** The hash of a row: over the hash before it and all that the row says. */
export function auditHash(previous: Uint8Array, row: AuditRow): Buffer {
  const { sequence, at, actor, kind, subject, detail } = row
  const text = canonical([sequence, at.toISOString(), actor, kind, subject, detail])
  return createHash('sha256').update(previous).update(text).digest()
}

/** JSON with the keys of every object in order, so that equal values are equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

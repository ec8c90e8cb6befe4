import type { TransactionSql } from 'postgres'

const maxRows = 20

/**
 * The rows a rule's evidence query finds for one of its rows, whose columns it names as `$column`. They are bound, never
 * put into the text. Has a time limit of its own; when it fails, nothing more can be read in its transaction.
 */
export async function findEvidence(
  { sql, timeoutMs }: { sql: TransactionSql; timeoutMs: number },
  { evidence, row }: { evidence: string; row: Readonly<Record<string, unknown>> },
): Promise<Record<string, unknown>[]> {
  const { text, columns } = evidenceStatement(evidence)
  const values = columns.map((column) => parameter(row[column]))
  const [, rows] = await Promise.all([
    sql`select set_config('statement_timeout', ${String(timeoutMs)}, true)`,
    sql.unsafe<{ row: Record<string, unknown> }[]>(text, values, { prepare: true }),
  ])
  return rows.map((found) => found.row)
}

/** The query with numbered parameters, and the columns they stand for. */
export function evidenceStatement(evidence: string): { text: string; columns: string[] } {
  const columns: string[] = []
  const text = evidence.replace(/\$([a-z_][a-z0-9_]*)/g, (_, column: string) => {
    const known = columns.indexOf(column)
    if (known >= 0) return `$${known + 1}`
    return `$${columns.push(column)}`
  })
  return { text: `select to_json(e) as "row" from (${text}) e limit ${maxRows}`, columns }
}

function parameter(value: unknown): string | number | boolean | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value
  }
  return JSON.stringify(value)
}

import { createHash } from 'node:crypto'

/** The identity columns of a row, as they are kept. */
export function identityOf(
  columns: readonly string[],
  row: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(columns.map((column) => [column, row[column] ?? null]))
}

/** One name for one identity; its columns are in the order the rule gives. */
export function fingerprintOf(identity: Readonly<Record<string, unknown>>): string {
  return createHash('sha256')
    .update(JSON.stringify(Object.entries(identity)))
    .digest('hex')
    .slice(0, 32)
}

import type { Column } from '@trunkline/probes'
import type { Row } from './instances/session.ts'

/** The rows of one run by column, in the shape of a sample. */
export interface Columnar {
  rowCount: number
  /** Rows beyond the probe's `maxRows`: seen, not kept. */
  cutRows: number
  columns: Record<string, unknown[]>
}

export interface ColumnarBuilder {
  add: (row: Row) => void
  /** Starts over, as before a second try. */
  clear(): void
  result(): Columnar
}

/** Gathers rows by column. What a row lacks is null; what the probe does not declare is left out. */
export function createColumnar(columns: readonly Column[], maxRows: number): ColumnarBuilder {
  const empty = () => columns.map(({ name }): [string, unknown[]] => [name, []])
  let gathered = empty()
  let rowCount = 0
  let cutRows = 0
  return {
    add(row) {
      if (rowCount >= maxRows) {
        cutRows += 1
        return
      }
      rowCount += 1
      for (const [name, values] of gathered) values.push(storable(row[name]))
    },
    clear() {
      gathered = empty()
      rowCount = cutRows = 0
    },
    result: () => ({ rowCount, cutRows, columns: Object.fromEntries(gathered) }),
  }
}

/** The rows again, for readers that want them one by one. */
export function rowsOf({ rowCount, columns }: Columnar): Row[] {
  const entries = Object.entries(columns)
  return Array.from({ length: rowCount }, (_, index) =>
    Object.fromEntries(entries.map(([name, values]) => [name, values[index]])),
  )
}

/** What JSON and PostgreSQL's text can both hold. */
function storable(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '')
  return value ?? null
}

import { cleanText, cutText, textWidth } from './clean-text.ts'

export type Cell = string | number | boolean | null | undefined

/** Aligned columns; the widest is cut first when the terminal is too narrow. Numbers are set to the right. */
export function table(
  headers: readonly string[],
  rows: readonly (readonly Cell[])[],
  width?: number,
): string {
  const cells = rows.map((row) => headers.map((_, column) => textOf(row[column])))
  const numeric = headers.map(
    (_, column) => rows.length > 0 && rows.every((row) => isNumber(row[column])),
  )
  const widths = fit(
    headers.map((header, column) =>
      Math.max(textWidth(header), ...cells.map((row) => textWidth(row[column] ?? ''))),
    ),
    width,
  )
  const line = (row: readonly string[]) =>
    row
      .map((text, column) =>
        pad(cutText(text, widths[column] ?? 0), widths[column] ?? 0, numeric[column] ?? false),
      )
      .join('  ')
      .trimEnd()
  return [line(headers.map((header) => header.toUpperCase())), ...cells.map(line)].join('\n')
}

/** Names and values below each other, as `show` commands print. */
export function pairs(entries: readonly (readonly [string, Cell])[]): string {
  const widest = Math.max(...entries.map(([name]) => name.length))
  return entries.map(([name, value]) => `${name.padEnd(widest)}  ${textOf(value)}`).join('\n')
}

/** A value of a row as the API gives it: text, number, or JSON. */
export function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  return JSON.stringify(value)
}

function textOf(cell: Cell): string {
  if (cell === null || cell === undefined || cell === '') return '–'
  return cleanText(String(cell))
}

function isNumber(cell: Cell): boolean {
  return typeof cell === 'number' || cell === null || cell === undefined
}

function pad(text: string, width: number, toRight: boolean): string {
  const space = ' '.repeat(Math.max(0, width - textWidth(text)))
  return toRight ? space + text : text + space
}

const narrowest = 6
const gap = 2

function fit(wanted: number[], width: number | undefined): number[] {
  const widths = [...wanted]
  if (width === undefined) return widths
  const total = () => widths.reduce((sum, one) => sum + one, gap * (widths.length - 1))
  while (total() > width) {
    const widest = Math.max(...widths)
    if (widest <= narrowest) break
    const rest = [...widths].sort((a, b) => b - a)[1] ?? narrowest
    const excess = total() - width
    widths[widths.indexOf(widest)] = Math.max(
      narrowest,
      Math.min(widest - 1, Math.max(rest, widest - excess)),
    )
  }
  return widths
}

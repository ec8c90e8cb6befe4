import { durationMs, type Probe } from '@trunkline/probes'
import type { Sample } from '../../src/agents/wire.ts'
import type { ProbeTable } from '../probe-table.ts'
import { encodeValue } from './encode-value.ts'

/** A sample whose rows can be stored: one list of encoded values for each column of its table. */
export interface CheckedSample {
  sequence: number
  probe: string
  target: number
  collectedAt: Date
  rowCount: number
  cells: readonly (readonly string[])[]
}

export interface CheckWith {
  probe: Probe
  table: ProbeTable
  target: number
  now: Date
}

const maxAheadMs = 5 * 60_000

/** The sample ready to be stored, or the reason why it never can be. */
export function checkSample(
  sample: Sample,
  { probe, table, target, now }: CheckWith,
): CheckedSample | string {
  const collectedAt = new Date(sample.collectedAt)
  const wrong = wrongTime(collectedAt, probe, now) ?? wrongShape(sample, probe, table)
  if (wrong !== undefined) return wrong
  const cells: string[][] = []
  for (const { name, type } of table.columns) {
    const values = sample.columns[name]
    const encoded = values?.map((value) => encodeValue(type, value))
    const place = encoded?.indexOf(undefined) ?? -1
    if (place !== -1) return `column "${name}" has a value that is no ${type} in row ${place + 1}`
    const column = (encoded as string[] | undefined) ?? Array<string>(sample.rowCount).fill('NULL') // none undefined
    if (table.key.includes(name) && column.includes('NULL'))
      return `column "${name}" of its key is null`
    cells.push(column)
  }
  if (hasTwins(table, cells)) return 'two of its rows have the same key'
  const { sequence, rowCount } = sample
  return { sequence, probe: table.name, target, collectedAt, rowCount, cells }
}

function hasTwins({ columns, key }: ProbeTable, cells: readonly (readonly string[])[]): boolean {
  const keyCells = key.map(
    (name) => cells[columns.findIndex((column) => column.name === name)] ?? [],
  )
  const rows = cells[0]?.map((_, row) => keyCells.map((column) => column[row]).join('\0')) ?? []
  return new Set(rows).size < rows.length
}

function wrongTime(collectedAt: Date, probe: Probe, now: Date): string | undefined {
  const aheadMs = collectedAt.getTime() - now.getTime()
  if (Number.isNaN(aheadMs)) return 'the time it was collected at is not a time'
  if (aheadMs > maxAheadMs) return `it was collected ${Math.round(aheadMs / 1000)} s in the future`
  if (-aheadMs > durationMs(probe.retention))
    return `it is older than the ${probe.retention} its rows are kept`
  return undefined
}

function wrongShape(sample: Sample, probe: Probe, table: ProbeTable): string | undefined {
  if (sample.rowCount > 2 * probe.maxRows) {
    return `it has ${sample.rowCount} rows; at most ${2 * probe.maxRows} are taken`
  }
  const names = new Set(table.columns.map((column) => column.name))
  for (const [name, values] of Object.entries(sample.columns)) {
    if (!names.has(name)) return `the probe has no column "${name}"`
    if (values.length !== sample.rowCount) {
      return `column "${name}" has ${values.length} values for ${sample.rowCount} rows`
    }
  }
  // A column an older agent does not know yet is null, but a key cannot be.
  const missing = table.key.find(
    (name) => sample.rowCount > 0 && !Object.hasOwn(sample.columns, name),
  )
  return missing === undefined ? undefined : `column "${missing}" of its key is missing`
}

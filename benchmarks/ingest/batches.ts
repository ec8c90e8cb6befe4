import { randomUUID } from 'node:crypto'
import { columnsOf, probes, type Column } from '@trunkline/probes'
import type { Sample } from '@trunkline/api/agent-client'

/** A probe of the catalogue with labels, counters, gauges and details: what most rows look like. */
export const probe = probes.tables
export const columns: Column[] = columnsOf(probe)
export const rowsOfSample = 50

export interface Batches {
  spoolId: string
  /** The next samples of every instance, one each, as an agent sends them. */
  next: () => Sample[]
}

/** Batches of one sample an instance; each batch is 15 s after the one before. */
export function createBatches(instanceIds: readonly number[], startAt: number): Batches {
  let sequence = 0
  let at = startAt
  const next = (): Sample[] => {
    at += 15_000
    const collectedAt = new Date(at).toISOString()
    return instanceIds.map((instanceId) => ({
      sequence: (sequence += 1),
      probe: 'tables',
      instanceId,
      collectedAt,
      durationMs: 4,
      rowCount: rowsOfSample,
      cutRows: 0,
      columns: Object.fromEntries(
        columns.map((column) => [column.name, valuesOf(column, sequence)]),
      ),
    }))
  }
  return { spoolId: randomUUID(), next }
}

function valuesOf({ name, type }: Column, seed: number): (string | number | boolean | null)[] {
  return Array.from({ length: rowsOfSample }, (_, row) => {
    switch (type) {
      case 'float8':
        return Math.round(((seed * 7_919 + row * 104_729) % 1_000_003) * 1.5)
      case 'int8':
        return seed + row
      case 'bool':
        return row % 2 === 0
      case 'timestamptz':
        return new Date(1_700_000_000_000 + row * 1_000).toISOString()
      case 'jsonb':
        return null
      case 'text':
        return name === 'relation' ? `relation_${row}` : 'shop'
    }
  })
}

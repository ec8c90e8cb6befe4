import type { Runbook } from './runbook.ts'
import type { RunbookName } from './runbooks/list.ts'

/**
 * The bytes of a runbook that are signed and hashed: JSON with its keys sorted and no white space, so that one
 * runbook has one form whatever order its file was written in.
 */
export function runbookBytes(name: RunbookName, runbook: Runbook): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(sorted({ name, ...runbook })))
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]))
}

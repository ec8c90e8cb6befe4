import type { Probe } from '@trunkline/probes'
import type { Session } from './session.ts'

type Extension = NonNullable<Probe['extension']>

/** Whether a database has an extension, in a version that a probe can use. */
export async function hasExtension(
  session: Session,
  { name, atLeast }: Extension,
  deadlineMs: number,
): Promise<boolean> {
  let version: unknown
  await session.query('select extversion from pg_catalog.pg_extension where extname = $1', {
    deadlineMs,
    parameters: [name],
    onRow: (row) => (version = row['extversion']),
  })
  return typeof version === 'string' && isAtLeast(version, atLeast)
}

/** Compares versions part by part as numbers: 1.10 is behind 1.9. */
export function isAtLeast(version: string, atLeast: string): boolean {
  const parts = version.split('.').map(Number)
  const wanted = atLeast.split('.').map(Number)
  for (const [index, want] of wanted.entries()) {
    const part = parts[index] ?? 0
    if (part !== want) return part > want
  }
  return true
}

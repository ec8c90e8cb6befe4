import { columnsOf, sqlFor, type Probe } from '@trunkline/probes'
import { createColumnar, type Columnar } from '../columnar.ts'
import { downStateOf, failureOf, type DownState } from '../instances/failure.ts'
import type { Row, Session } from '../instances/session.ts'

/** What is known of a server from the newest time it was asked. */
export interface Liveness {
  state: DownState | 'up'
  error: string | null
  /** Of a server that is up. */
  major: number | undefined
  inRecovery: boolean | undefined
  sample: Columnar
}

/** The oldest major that any probe serves. */
export const oldestMajor = 13

/** The newest major that probes are tested with; a newer one is asked what this one is. */
export const newestMajor = 18

/** Why a server is not watched for its version. */
export function versionProblem(version: string | null): string {
  return `The server's version is ${version ?? 'unknown'}; PostgreSQL ${oldestMajor} or newer is needed.`
}

/**
 * Asks over a new connection whether the server takes one, and what it is. Always one row: when the server
 * cannot be used, the row says so and why.
 */
export async function readLiveness(
  probe: Probe,
  open: () => Promise<Session>,
  deadlineMs: number,
): Promise<Liveness> {
  const startedAt = performance.now()
  let major: number | undefined
  try {
    await using session = await open()
    const connectSeconds = (performance.now() - startedAt) / 1000
    major = majorOf(session)
    if (major < oldestMajor) return unsupported(probe, session)
    const row = await readRow(session, sqlFor(probe, major), deadlineMs)
    return result(probe, { state: 'up', major, row: { ...row, connect_seconds: connectSeconds } })
  } catch (error) {
    const state = downStateOf(error) ?? 'up'
    return result(probe, { state, major, error: failureOf(error).message })
  }
}

/** The server's major version; 0 when it is no PostgreSQL. */
export function majorOf({ parameters }: Session): number {
  return Number.parseInt(String(parameters['server_version'] ?? ''), 10) || 0
}

async function readRow(session: Session, sql: string | undefined, deadlineMs: number) {
  let row: Row = {}
  const onRow = (read: Row) => (row = read)
  if (sql !== undefined) await session.query(sql, { deadlineMs, onRow })
  return row
}

function unsupported(probe: Probe, session: Session): Liveness {
  const version = String(session.parameters['server_version'] ?? 'unknown')
  return result(probe, { state: 'unsupported', error: versionProblem(version), row: { version } })
}

interface Seen {
  state: Liveness['state']
  error?: string | null
  major?: number | undefined
  row?: Row
}

function result(probe: Probe, { state, error = null, major, row = {} }: Seen): Liveness {
  const columnar = createColumnar(columnsOf(probe), 1)
  columnar.add({ ...row, state, error, up: state === 'up' ? 1 : 0 })
  const inRecovery = typeof row['in_recovery'] === 'boolean' ? row['in_recovery'] : undefined
  return { state, error, major, inRecovery, sample: columnar.result() }
}

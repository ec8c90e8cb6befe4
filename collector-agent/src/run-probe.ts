import { columnsOf, durationMs, sqlFor, type Probe } from '@trunkline/probes'
import { createColumnar, rowsOf, type Columnar } from './columnar.ts'
import { hasExtension } from './instances/extension.ts'
import { downStateOf, failureOf, sqlstateOf, type Failure } from './instances/failure.ts'
import { DeadlineError, type Row, type Session } from './instances/session.ts'
import { addSpace } from './readers/filesystems.ts'

export type Outcome =
  | { kind: 'rows'; sample: Columnar }
  | { kind: 'failed'; failure: Failure }
  /** The server or the way to it is gone: that is the liveness reader's to tell, not this probe's. */
  | { kind: 'disconnected'; failure: Failure }

/** What is known of the server a probe runs on. */
export interface Server {
  major: number
  inRecovery: boolean
}

/** The client's deadline beyond the server's own: for a server that no longer answers. */
const graceMs = 500

/** Whether a probe has anything to ask this server. */
export function appliesTo(probe: Probe, { major, inRecovery }: Server): boolean {
  const isOurRole = probe.role === 'any' || (probe.role === 'standby') === inRecovery
  return isOurRole && sqlFor(probe, major) !== undefined
}

/**
 * Runs a probe's statement over a session, and once more when the server says it may work then. `undefined` when the
 * database lacks the extension that the probe reads.
 */
export async function runProbe(options: {
  name: string
  probe: Probe
  server: Server
  session: Session
}): Promise<Outcome | undefined> {
  const { name, probe, server, session } = options
  const sql = sqlFor(probe, server.major) ?? ''
  const columnar = createColumnar(columnsOf(probe), probe.maxRows)
  const timeoutMs = durationMs(probe.timeout)
  const ask = () => {
    columnar.clear()
    session.set({ application_name: `trunkline_agent/${name}`, statement_timeout: timeoutMs })
    return session.query(sql, { deadlineMs: timeoutMs + graceMs, onRow: columnar.add })
  }
  try {
    if (probe.extension && !(await hasExtension(session, probe.extension, timeoutMs + graceMs)))
      return undefined
    await ask().catch((error: unknown) => {
      if (!prepareSecondTry(session, error)) throw error
      return ask()
    })
    return { kind: 'rows', sample: await complete(probe, columnar.result()) }
  } catch (error) {
    return { kind: isDisconnect(error) ? 'disconnected' : 'failed', failure: failureOf(error) }
  }
}

async function complete(probe: Probe, sample: Columnar): Promise<Columnar> {
  if (probe.reader !== 'filesystems') return sample
  const columnar = createColumnar(columnsOf(probe), probe.maxRows)
  for (const row of await addSpace(rowsOf(sample))) columnar.add(row)
  return columnar.result()
}

/** The rows of a statement of the agent's own. */
export async function readRows(
  session: Session,
  options: { name: string; sql: string; timeoutMs: number },
): Promise<Row[]> {
  const rows: Row[] = []
  const { name, sql, timeoutMs } = options
  session.set({ application_name: `trunkline_agent/${name}`, statement_timeout: timeoutMs })
  await session.query(sql, { deadlineMs: timeoutMs + graceMs, onRow: (row) => rows.push(row) })
  return rows
}

function prepareSecondTry(session: Session, error: unknown): boolean {
  const sqlstate = sqlstateOf(error)
  // A standby cancelled it for the sake of replaying.
  if (sqlstate === '40001') return true
  // Text of a SQL_ASCII database that is no UTF-8: take the bytes as they are, we replace what is invalid.
  if (sqlstate !== '22021') return false
  session.set({ client_encoding: 'SQL_ASCII' })
  return true
}

function isDisconnect(error: unknown): boolean {
  return !(error instanceof DeadlineError) && downStateOf(error) !== undefined
}

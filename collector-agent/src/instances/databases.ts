import { columnsOf, type Probe } from '@trunkline/probes'
import { createColumnar, rowsOf } from '../columnar.ts'
import { readRows, runProbe, type Outcome, type Server } from '../run-probe.ts'
import { failureOf, sqlstateOf } from './failure.ts'
import type { Session } from './session.ts'

/** Databases that take connections from this role. */
export async function listDatabases(session: Session, probeName: string): Promise<string[]> {
  const rows = await readRows(session, { name: probeName, sql: databasesSql, timeoutMs: 2_000 })
  return rows.map(({ name }) => String(name))
}

const databasesSql = `
  select datname::text as name
    from pg_catalog.pg_database
   where datallowconn and not datistemplate
     and pg_catalog.has_database_privilege(oid, 'CONNECT')
   order by datname`

/** Runs a probe in each database, and takes their rows together as one sample. */
export async function runInDatabases(options: {
  name: string
  probe: Probe
  server: Server
  databases: readonly string[]
  withSession: <T>(database: string, use: (session: Session) => Promise<T>) => Promise<T>
}): Promise<Outcome> {
  const { name, probe, server, databases, withSession } = options
  const all = createColumnar(columnsOf(probe), probe.maxRows)
  for (const database of databases) {
    const outcome = await withSession(database, (session) =>
      runProbe({ name, probe, server, session }),
    ).catch(connectFailure)
    // A part of the rows would look like all of them: rather none, and why.
    if (outcome && outcome.kind !== 'rows') return inDatabase(database, outcome)
    if (outcome) rowsOf(outcome.sample).forEach(all.add)
  }
  return { kind: 'rows', sample: all.result() }
}

/** A database that may not be entered is left out, as is one without the probe's extension; anything else ends the run. */
function connectFailure(error: unknown): Outcome | undefined {
  const sqlstate = sqlstateOf(error)
  const isClosedToUs = sqlstate?.startsWith('28') === true || closed.has(sqlstate ?? '')
  return isClosedToUs ? undefined : { kind: 'disconnected', failure: failureOf(error) }
}

// Dropped meanwhile, takes no connections, no CONNECT privilege.
const closed = new Set(['3D000', '55000', '42501'])

function inDatabase(database: string, outcome: Exclude<Outcome, { kind: 'rows' }>): Outcome {
  const message = `In database "${database}": ${outcome.failure.message}`
  return { ...outcome, failure: { ...outcome.failure, message } }
}

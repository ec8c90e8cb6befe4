import postgres from 'postgres'
import { type Probe, sqlFor } from '@trunkline/probes'
import type { TestPostgres } from './postgres.ts'

export const monitorRole = 'monitor'

/** Makes the role that agents connect as: nothing but a member of pg_monitor. Returns its URL. */
export async function createMonitor(server: TestPostgres): Promise<string> {
  const sql = connectAs(server, 'postgres')
  await sql.unsafe(
    `create role ${monitorRole} login password 'test'; grant pg_monitor to ${monitorRole}`,
  )
  await sql.end({ timeout: 5 })
  return urlFor(server, monitorRole)
}

export function urlFor(server: { url: string }, user: string, database?: string): string {
  const url = new URL(server.url)
  url.username = user
  if (database !== undefined) url.pathname = `/${encodeURIComponent(database)}`
  return url.href
}

/** One connection. */
export function connectAs(server: { url: string }, user: string, database?: string): postgres.Sql {
  return connect(urlFor(server, user, database), { application_name: `test/${user}` })
}

/** The driver takes the database's name from a URL as it stands there, still encoded. */
function connect(url: string, connection: Record<string, string | boolean>): postgres.Sql {
  const database = decodeURIComponent(new URL(url).pathname.slice(1))
  return postgres(url, { database, max: 1, onnotice: () => undefined, connection })
}

/** Runs a probe's query as the agent does: as the monitor, with settings that the role's own cannot change. */
export async function runProbe(
  server: TestPostgres,
  probe: Probe,
  { user = monitorRole, database }: { user?: string; database?: string } = {},
): Promise<postgres.Row[]> {
  const sql = connect(urlFor(server, user, database), {
    search_path: 'pg_catalog',
    TimeZone: 'UTC',
    default_transaction_read_only: true,
  })
  try {
    return await sql.unsafe(sqlFor(probe, server.major) ?? '')
  } finally {
    await sql.end({ timeout: 5 })
  }
}

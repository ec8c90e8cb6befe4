import { createHmac, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { connectRepository } from '../connection/connect-repository.ts'
import { readOrMakeSecret } from '../secret-file.ts'
import { prepareRoles } from './prepare-roles.ts'
import { startPostgresServer } from './start-server.ts'

export interface Embedded {
  /** The owner of database `trunkline`. */
  url: string
  /** A role that may only watch, with three connections. */
  monitorUrl: string
  /** A role that may cancel queries and end sessions. */
  actorUrl: string
  pid: number
  stop: () => Promise<void>
  onExit: (hear: (how: string) => void) => void
}

export interface EmbeddedOptions {
  home: string
  port: number
  log: (event: string, fields?: object) => void
}

const settings = {
  max_connections: '60',
  shared_buffers: '128MB',
  max_wal_size: '512MB',
  wal_compression: 'on',
  // The newest rows are rewritten all the time, in small tables.
  autovacuum_naptime: '20s',
  // One lock for each partition that a query or a drop touches.
  max_locks_per_transaction: '256',
  track_io_timing: 'on',
  jit: 'off',
}

/** The repository that runs where nothing is configured: a PostgreSQL of its own in the home. */
export async function startEmbedded({ home, port, log }: EmbeddedOptions): Promise<Embedded> {
  await mkdir(join(home, 'keys'), { recursive: true, mode: 0o700 })
  const secret = readSecret(home)
  // One secret to keep: the other roles' passwords follow from it.
  const passwordOf = (role: string): string =>
    createHmac('sha256', secret).update(role).digest('hex')
  const startedAt = performance.now()
  const server = await startPostgresServer({
    folder: join(home, 'postgresql'),
    port,
    password: passwordOf('postgres'),
    logFile: join(home, 'postgresql.log'),
    settings,
  })
  const roles = {
    trunkline: secret,
    trunkline_monitor: passwordOf('monitor'),
    trunkline_actor: passwordOf('actor'),
  }
  const sql = connectRepository({
    url: server.superUrl,
    max: 1,
    deadlineMs: 30_000,
    applicationName: 'trunkline start',
  })
  try {
    await prepareRoles(sql, roles)
  } catch (cause) {
    await server.stop()
    throw new Error(`the embedded repository could not be prepared: ${String(cause)}`, { cause })
  } finally {
    await sql.end()
  }
  log('embedded_started', {
    pid: server.pid,
    port,
    durationMs: Math.round(performance.now() - startedAt),
  })
  const urlOf = (role: keyof typeof roles, database: string): string =>
    `postgres://${role}:${roles[role]}@127.0.0.1:${port}/${database}?sslmode=disable`
  return {
    url: urlOf('trunkline', 'trunkline'),
    monitorUrl: urlOf('trunkline_monitor', 'postgres'),
    actorUrl: urlOf('trunkline_actor', 'postgres'),
    pid: server.pid,
    stop: server.stop,
    onExit: server.onExit,
  }
}

function readSecret(home: string): string {
  const file = join(home, 'keys', 'repository-password')
  if (!existsSync(file) && existsSync(join(home, 'postgresql', 'PG_VERSION'))) {
    throw new Error(`${file} is missing; without it the repository in ${home} cannot be opened`)
  }
  return readOrMakeSecret(file, () => Buffer.from(randomBytes(24).toString('hex'))).toString()
}

import { dirname, join } from 'node:path'
import { initDataFolder } from './init-data-folder.ts'
import { checkPort, clearTheWay, launch, stopPostmaster } from './postmaster.ts'
import { removeOwner, writeOwner } from './processes.ts'
import { openServerFolder } from './server-folder.ts'
import { unpackBinaries } from './unpack-binaries.ts'

export interface ServerOptions {
  /** Where its data is, or a link to it. Made when it is not there. */
  folder: string
  /** On 127.0.0.1. */
  port: number
  /** Of the superuser `postgres`, set when the data is made. */
  password: string
  /** The server's log, bounded in size. */
  logFile: string
  settings?: Record<string, string>
}

export interface PostgresServer {
  /** As superuser, database `postgres`. */
  superUrl: string
  pid: number
  dataDir: string
  /** Resolves within ten seconds. */
  stop: () => Promise<void>
  /** Called once when the server has ended, whoever ended it. */
  onExit: (hear: (how: string) => void) => void
}

const quiet = {
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %q%u@%d ',
  log_checkpoints: 'off',
}

/**
 * Runs a PostgreSQL of ours: as an ordinary user or as root, after a clean stop or after anything else. It ends when
 * this process does.
 */
export async function startPostgresServer(options: ServerOptions): Promise<PostgresServer> {
  const { folder, port, password, logFile, settings } = options
  const ownerFile = `${folder}.owner`
  const binaries = await unpackBinaries(join(dirname(folder), 'cache'))
  const where = await openServerFolder(folder)
  await initDataFolder({ ...where, binaries, password })
  await clearTheWay(where.dataDir, ownerFile)
  await checkPort(port)
  writeOwner(ownerFile)
  const child = await launch({
    ...where,
    binaries,
    port,
    logFile,
    settings: { ...quiet, ...settings },
  })
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit ${code}`))
  })
  void ended.then(() => removeOwner(ownerFile))
  return {
    superUrl: `postgres://postgres:${password}@127.0.0.1:${port}/postgres?sslmode=disable`,
    pid: child.pid ?? 0,
    dataDir: where.dataDir,
    stop: () => stopPostmaster(child),
    onExit: (hear) => void ended.then(hear),
  }
}

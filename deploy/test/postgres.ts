import { rmSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { takeBaseBackup } from './base-backup.ts'
import { copyDataFolder, newServerFolder, runAsServerUser } from './data-folder.ts'
import { freePort } from './free-port.ts'
import { type Major, templateOf } from './postgres-binaries.ts'
import { createPostmaster } from './postmaster.ts'

export { allMajors, installCommand, type Major, postgresMajors } from './postgres-binaries.ts'

export interface PostgresOptions {
  /** Default 18. */
  major?: Major
  /** Settings as on the command line; they win over ours. */
  settings?: Record<string, string>
  /** Default: a free one. */
  port?: number
}

/** A real PostgreSQL of its own, on 127.0.0.1, with SCRAM passwords and without fsync. */
export interface TestPostgres extends AsyncDisposable {
  /** As superuser, database `postgres`. */
  url: string
  port: number
  major: Major
  dataDir: string
  /** Of the postmaster; `undefined` while it is stopped. */
  pid(): number | undefined
  /** What the server has logged so far. */
  log(): string
  /** Makes a database and returns its URL. */
  createDatabase(name?: string): Promise<string>
  stop(mode?: 'smart' | 'fast' | 'immediate'): Promise<void>
  /** SIGKILL to the postmaster, as a crash; returns when it is gone. */
  kill(): Promise<void>
  start(): Promise<void>
  /** What would start it from outside: the program, which is no part of ours, and its arguments. */
  startCommand(): [string, ...string[]]
  /** A streaming standby of this server, running. */
  startStandby(settings?: Record<string, string>): Promise<TestPostgres>
}

const password = 'test'
const stopSignals = { smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT' } as const

/** Starts a new, empty PostgreSQL. */
export async function startPostgres(options: PostgresOptions = {}): Promise<TestPostgres> {
  const major = options.major ?? 18
  const template = templateOf(major, password)
  const folder = newServerFolder()
  copyDataFolder(join(template, 'data'), join(folder, 'data'))
  return serve({ ...options, major, folder })
}

async function serve(
  options: PostgresOptions & { major: Major; folder: string },
): Promise<TestPostgres> {
  const { major, folder, settings = {} } = options
  const port = options.port ?? (await freePort())
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
  const dataDir = join(folder, 'data')
  const logFile = join(folder, 'server.log')
  const postmaster = createPostmaster({ major, dataDir, port, logFile, settings })

  const server: TestPostgres = {
    url,
    port,
    major,
    dataDir,
    pid: postmaster.pid,
    log: postmaster.log,
    createDatabase: (name) => createDatabase(url, name),
    stop: (mode = 'fast') => postmaster.end(stopSignals[mode]),
    kill: () => postmaster.end('SIGKILL'),
    start: postmaster.start,
    startCommand: postmaster.startCommand,
    startStandby: (standbySettings) => startStandby(server, standbySettings),
    async [Symbol.asyncDispose]() {
      await postmaster.end('SIGQUIT')
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
    },
  }
  await postmaster.start()
  return server
}

async function startStandby(
  primary: TestPostgres,
  settings: Record<string, string> = {},
): Promise<TestPostgres> {
  const folder = newServerFolder()
  await takeBaseBackup(primary, join(folder, 'data'))
  runAsServerUser('touch', [join(folder, 'data', 'standby.signal')])
  const primary_conninfo =
    `host=127.0.0.1 port=${primary.port} user=postgres ` +
    `password=${password} application_name=standby`
  return serve({ major: primary.major, folder, settings: { primary_conninfo, ...settings } })
}

/** Makes a database, with a name of its own unless given, on the server at `url`; returns its URL. */
export async function createDatabase(url: string, name = newName()): Promise<string> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    await sql`create database ${sql(name)}`
  } finally {
    await sql.end({ timeout: 5 })
  }
  const made = new URL(url)
  made.pathname = `/${encodeURIComponent(name)}`
  return made.href
}

function newName(): string {
  return `test_${Date.now().toString(36)}_${Math.random().toString(36).slice(2, 8)}`
}

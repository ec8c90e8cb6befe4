import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { isRoot, serverUser } from './cache.ts'
import { freePort } from './free-port.ts'
import { binariesOf, type Major, templateOf } from './postgres-binaries.ts'

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
  stop(mode?: StopMode): Promise<void>
  /** SIGKILL to the postmaster, as a crash; returns when it is gone. */
  kill(): Promise<void>
  start(): Promise<void>
  /** A streaming standby of this server, running. */
  startStandby(settings?: Record<string, string>): Promise<TestPostgres>
}

export type StopMode = 'smart' | 'fast' | 'immediate'

const password = 'test'
const stopSignals = { smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT' } as const
const deadlineMs = 60_000

/** Starts a new, empty PostgreSQL. */
export async function startPostgres(options: PostgresOptions = {}): Promise<TestPostgres> {
  const major = options.major ?? 18
  const template = templateOf(major, password)
  const folder = newFolder()
  copyFolder(join(template, 'data'), join(folder, 'data'))
  return serve({ ...options, major, folder })
}

async function serve(
  options: PostgresOptions & { major: Major; folder: string },
): Promise<TestPostgres> {
  const { major, folder, settings = {} } = options
  const port = options.port ?? (await freePort())
  const dataDir = join(folder, 'data')
  const logFile = join(folder, 'server.log')
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
  const log = () => readFileSync(logFile, 'utf8')
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    if (isRunning(child)) return
    const until = Date.now() + deadlineMs
    for (;;) {
      child = launch({ major, dataDir, port, logFile, settings })
      if (await isReady(child, dataDir, until)) return
      // After a SIGKILL the last backends of the old server may hold its memory for a moment.
      if (Date.now() < until && /still in use|lock file/.test(log().slice(-1_000))) {
        await sleep(100)
        continue
      }
      throw new Error(`PostgreSQL ${major} did not start on port ${port}:\n${log().slice(-2_000)}`)
    }
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (!child || !isRunning(child)) return
    const gone = once(child, 'exit')
    child.kill(signal)
    const patience = setTimeout(() => child?.kill('SIGKILL'), deadlineMs)
    await gone
    clearTimeout(patience)
  }

  const server: TestPostgres = {
    url,
    port,
    major,
    dataDir,
    log,
    start,
    pid: () => (isRunning(child) ? child?.pid : undefined),
    stop: (mode = 'fast') => end(stopSignals[mode]),
    kill: () => end('SIGKILL'),
    createDatabase: (name) => createDatabase(url, name),
    startStandby: (standbySettings) => startStandby(server, standbySettings),
    async [Symbol.asyncDispose]() {
      await end('SIGQUIT')
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
    },
  }
  await start()
  return server
}

/** Makes a database with a name of its own, or the given one, on the server at `url`. */
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

/** Copies the running primary between the start and the stop of a backup, as pg_basebackup does. */
async function startStandby(
  primary: TestPostgres,
  settings: Record<string, string> = {},
): Promise<TestPostgres> {
  const folder = newFolder()
  const data = join(folder, 'data')
  const sql = postgres(primary.url, { max: 1, onnotice: () => undefined })
  try {
    const label = await backUp({ sql, primary, data })
    asServerUser('sh', ['-c', 'printf %s "$1" > "$0"', join(data, 'backup_label'), label])
  } finally {
    await sql.end({ timeout: 5 })
  }
  asServerUser('touch', [join(data, 'standby.signal')])
  const primary_conninfo = `host=127.0.0.1 port=${primary.port} user=postgres password=${password} application_name=standby`
  return serve({
    major: primary.major,
    folder,
    settings: { primary_conninfo, hot_standby_feedback: 'on', ...settings },
  })
}

async function backUp(from: {
  sql: postgres.Sql
  primary: TestPostgres
  data: string
}): Promise<string> {
  const { sql, primary, data } = from
  const modern = primary.major >= 15
  await (modern
    ? sql`select pg_backup_start('standby', true)`
    : sql`select pg_start_backup('standby', true, false)`)
  copyFolder(primary.dataDir, data)
  asServerUser('rm', ['-f', join(data, 'postmaster.pid'), join(data, 'postmaster.opts')])
  const [stopped] = modern
    ? await sql<{ labelfile: string }[]>`select labelfile from pg_backup_stop(false)`
    : await sql<{ labelfile: string }[]>`select labelfile from pg_stop_backup(false, false)`
  asServerUser('cp', ['-r', join(primary.dataDir, 'pg_wal', '.'), join(data, 'pg_wal')])
  return stopped?.labelfile ?? ''
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-postgres-'))
  chmodSync(folder, 0o755)
  const user = serverUser()
  if (user) execFileSync('chown', [`${user.uid}:${user.gid}`, folder])
  return folder
}

/** A file that vanishes while a running server's folder is copied is one the server did not need. */
function copyFolder(from: string, to: string): void {
  mkdirSync(join(to, '..'), { recursive: true })
  try {
    asServerUser('cp', ['-r', '--preserve=mode,timestamps', '--reflink=auto', from, to])
  } catch (error) {
    const lines = String((error as { stderr?: unknown }).stderr ?? '')
      .trim()
      .split('\n')
    if (!lines.every((line) => line.includes('No such file or directory'))) throw error
  }
}

function asServerUser(command: string, args: string[]): void {
  execFileSync(command, args, { ...serverUser(), cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] })
}

/** `setpriv` also ties the server's life to ours: a killed test run leaves no server behind. */
function launch(server: {
  major: Major
  dataDir: string
  port: number
  logFile: string
  settings: Record<string, string>
}): ChildProcess {
  const settings = {
    port: String(server.port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    shared_buffers: '32MB',
    max_connections: '200',
    log_line_prefix: '%m [%p] %q%u@%d ',
    ...server.settings,
  }
  const user = serverUser()
  const rights = user ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'] : []
  const program = join(binariesOf(server.major), 'bin', 'postgres')
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const log = openSync(server.logFile, 'a')
  const child = spawn(
    'setpriv',
    [...rights, '--pdeathsig', 'INT', program, '-D', server.dataDir, ...flags],
    {
      cwd: isRoot() ? '/' : server.dataDir,
      stdio: ['ignore', log, log],
      env: { PATH: '/usr/bin:/bin' },
    },
  )
  closeSync(log)
  return child
}

/** The postmaster writes its state as the eighth line of its pid file. */
async function isReady(child: ChildProcess, dataDir: string, until: number): Promise<boolean> {
  while (Date.now() < until && isRunning(child)) {
    const lines = readLines(join(dataDir, 'postmaster.pid'))
    if (Number(lines[0]) === child.pid && ['ready', 'standby'].includes(lines[7]?.trim() ?? '')) {
      return true
    }
    await sleep(20)
  }
  return false
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}

function isRunning(child: ChildProcess | undefined): boolean {
  return child !== undefined && child.exitCode === null && child.signalCode === null
}

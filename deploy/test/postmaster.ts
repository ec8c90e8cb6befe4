import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRoot, serverUser } from './cache.ts'
import { binariesOf, type Major } from './postgres-binaries.ts'

/** The process of one server, through starts, stops and crashes. */
export interface Postmaster {
  pid: () => number | undefined
  log: () => string
  start: () => Promise<void>
  /** The program and its arguments that start the server from outside, as the owner of its host would. */
  startCommand: () => [string, ...string[]]
  /** Sends the signal and waits until the process is gone. */
  end: (signal: NodeJS.Signals) => Promise<void>
}

export interface PostmasterOptions {
  major: Major
  dataDir: string
  port: number
  logFile: string
  settings: Record<string, string>
}

const deadlineMs = 60_000

export function createPostmaster(options: PostmasterOptions): Postmaster {
  const log = () => readFileSync(options.logFile, 'utf8')
  let child: ChildProcess | undefined

  async function start(): Promise<void> {
    if (running() !== undefined) return
    const until = Date.now() + deadlineMs
    for (;;) {
      child = launch(options)
      if (await isReady(child, options.dataDir, until)) return
      // After a SIGKILL the last backends of the old server may hold its memory for a moment.
      if (Date.now() > until || !/still in use|lock file/.test(log().slice(-1_000))) break
      await sleep(100)
    }
    await end('SIGKILL')
    throw new Error(`PostgreSQL ${options.major} did not start:\n${log().slice(-2_000)}`)
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const pid = running()
    if (pid === undefined) return
    process.kill(pid, signal)
    const until = Date.now() + deadlineMs
    while (running() === pid) {
      if (Date.now() > until) process.kill(pid, 'SIGKILL')
      await sleep(10)
    }
  }

  /** Also of a server that somebody else started. */
  const running = () => (isRunning(child) ? child?.pid : pidInFile(options.dataDir))

  return { pid: running, log, start, startCommand: () => startCommand(options), end }
}

function pidInFile(dataDir: string): number | undefined {
  const pid = Number(readLines(join(dataDir, 'postmaster.pid'))[0])
  const [stat = ''] = pid > 0 ? readLines(`/proc/${pid}/stat`) : []
  // Not one that got the number later, nor one that only waits to be reaped.
  return stat.startsWith(`${pid} (postgres) `) && !stat.includes(') Z ') ? pid : undefined
}

function startCommand(options: PostmasterOptions): [string, ...string[]] {
  const { major, dataDir } = options
  const [first, ...rest] = [...asServerUser(), join(binariesOf(major), 'bin', 'pg_ctl')]
  // pg_ctl hands its options to a shell.
  const quoted = flagsOf(options).map((flag) => `'${flag.replaceAll("'", String.raw`'\''`)}'`)
  const log = join(dataDir, '..', 'started.log')
  return [first ?? '', ...rest, 'start', '-D', dataDir, '-l', log, '-o', quoted.join(' ')]
}

/** `setpriv` also ties the server's life to ours: a killed test run leaves no server behind. */
function launch(options: PostmasterOptions): ChildProcess {
  const { major, dataDir, logFile } = options
  const program = join(binariesOf(major), 'bin', 'postgres')
  const [setpriv, ...rights] = asServerUser()
  const log = openSync(logFile, 'a')
  const child = spawn(
    setpriv,
    [...rights, '--pdeathsig', 'INT', program, '-D', dataDir, ...flagsOf(options)],
    {
      cwd: isRoot() ? '/' : dataDir,
      stdio: ['ignore', log, log],
      env: { PATH: '/usr/bin:/bin' },
    },
  )
  closeSync(log)
  return child
}

function asServerUser(): [string, ...string[]] {
  const user = serverUser()
  const rights = user ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'] : []
  return ['/usr/bin/setpriv', ...rights]
}

function flagsOf({ port, settings }: PostmasterOptions): string[] {
  const all = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    shared_buffers: '32MB',
    max_connections: '200',
    log_line_prefix: '%m [%p] %q%u@%d ',
    ...settings,
  }
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** The postmaster writes its state as the eighth line of its pid file. */
async function isReady(child: ChildProcess, dataDir: string, until: number): Promise<boolean> {
  while (Date.now() < until && isRunning(child)) {
    const lines = readLines(join(dataDir, 'postmaster.pid'))
    const state = lines[7]?.trim() ?? ''
    if (Number(lines[0]) === child.pid && ['ready', 'standby'].includes(state)) return true
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

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
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
    if (isRunning(child)) return
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
    if (!child || !isRunning(child)) return
    const gone = once(child, 'exit')
    child.kill(signal)
    const patience = setTimeout(() => child?.kill('SIGKILL'), deadlineMs)
    await gone
    clearTimeout(patience)
  }

  return { pid: () => (isRunning(child) ? child?.pid : undefined), log, start, end }
}

/** `setpriv` also ties the server's life to ours: a killed test run leaves no server behind. */
function launch({ major, dataDir, port, logFile, settings }: PostmasterOptions): ChildProcess {
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
  const user = serverUser()
  const rights = user ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'] : []
  const program = join(binariesOf(major), 'bin', 'postgres')
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const log = openSync(logFile, 'a')
  const child = spawn(
    'setpriv',
    [...rights, '--pdeathsig', 'INT', program, '-D', dataDir, ...flags],
    {
      cwd: isRoot() ? '/' : dataDir,
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

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { areGone, hasPostmaster, livingOwner, signalAll } from './processes.ts'
import { openRotatingFile } from './rotating-file.ts'
import type { ServerFolder } from './server-folder.ts'

export interface Launch extends ServerFolder {
  binaries: string
  port: number
  settings: Record<string, string>
  logFile: string
}

// Recovery after a crash may have much to read; `starting` is all that is waited for.
const readyMs = 300_000
const fastStopMs = 7_000
const quickStopMs = 2_000

/**
 * Makes sure nothing of an earlier life is left. A postmaster whose owner died is stopped as cleanly as it can be; what
 * a killed postmaster left behind is ended, since it holds the shared memory; the pid file of neither is trusted.
 */
export async function clearTheWay(dataDir: string, ownerFile: string): Promise<void> {
  const owner = livingOwner(ownerFile)
  if (owner !== undefined && hasPostmaster(dataDir)) {
    throw new Error(
      `the embedded PostgreSQL in ${dataDir} is running already, started by process ${owner}`,
    )
  }
  // SIGINT is a fast shutdown to a postmaster, SIGTERM the end to a backend without one.
  const first = hasPostmaster(dataDir) ? 'SIGINT' : 'SIGTERM'
  for (const [signal, waitMs] of [
    [first, 20_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 5_000],
  ] as const) {
    signalAll(dataDir, signal)
    if (await areGone(dataDir, waitMs)) break
  }
  rmSync(join(dataDir, 'postmaster.pid'), { force: true })
}

/** One clear sentence before PostgreSQL says it in ten lines. */
export async function checkPort(port: number): Promise<void> {
  const server = createServer().listen({ port, host: '127.0.0.1' })
  try {
    await once(server, 'listening')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
    throw new Error(
      isTaken
        ? `port ${port} on 127.0.0.1 is taken by another program; set TRUNKLINE_EMBEDDED_PORT to a free one`
        : `port ${port} on 127.0.0.1 cannot be used: ${reason}`,
      { cause },
    )
  } finally {
    server.close()
  }
}

/** Starts the server and resolves when it takes connections. */
export async function launch(options: Launch): Promise<ChildProcess> {
  const child = spawnPostmaster(options)
  const tail = keepLog(child, options.logFile)
  for (let waitedMs = 0; waitedMs < readyMs && isRunning(child); waitedMs += 20) {
    if (isReady(options.dataDir, child)) return child
    await pause(20)
  }
  child.kill('SIGQUIT')
  throw new Error(`PostgreSQL did not start (${options.logFile}): ${tail().slice(-1_500)}`)
}

/** Fast shutdown, then less and less polite; ends within ten seconds. */
export async function stopPostmaster(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return
  const gone = once(child, 'exit')
  for (const [signal, waitMs] of [
    ['SIGINT', fastStopMs],
    ['SIGQUIT', quickStopMs],
    ['SIGKILL', quickStopMs],
  ] as const) {
    child.kill(signal)
    const timer = new AbortController()
    const isGone = await Promise.race([
      gone.then(() => true),
      pause(waitMs, false, { signal: timer.signal }).catch(() => false),
    ])
    timer.abort()
    if (isGone) return
  }
}

function spawnPostmaster({ dataDir, user, binaries, port, settings }: Launch): ChildProcess {
  const all = {
    ...settings,
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
  }
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const command = [join(binaries, 'bin', 'postgres'), '-D', dataDir, ...flags]
  // Should we be killed, the kernel asks PostgreSQL to stop.
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path))
  const [program = '', ...args] = setpriv ? [setpriv, '--pdeathsig', 'INT', ...command] : command
  return spawn(program, args, {
    ...user,
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
    // Out of the terminal's process group: Ctrl-C is for us, and the server stops last.
    detached: true,
  })
}

function keepLog(child: ChildProcess, file: string): () => string {
  const log = openRotatingFile(file)
  let tail = ''
  child.stderr?.on('data', (bytes: Buffer) => {
    log.write(bytes)
    tail = (tail + bytes.toString()).slice(-2_000)
  })
  child.on('error', (error) => (tail += error.message))
  child.on('close', log.close)
  return () => tail.trim()
}

// The server writes its state as the eighth line of its pid file.
function isReady(dataDir: string, child: ChildProcess): boolean {
  const file = join(dataDir, 'postmaster.pid')
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  return Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready'
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null
}

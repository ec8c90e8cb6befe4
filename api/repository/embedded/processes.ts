import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** The processes of a server: all of PostgreSQL in its data folder, the postmaster first. */
function processesIn(dataDir: string): number[] {
  const pids = readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && folderOf(name) === dataDir,
  )
  const postmaster = readFirstLine(`${dataDir}/postmaster.pid`)
  return pids.toSorted((a, b) => Number(b === postmaster) - Number(a === postmaster)).map(Number)
}

/** Whether the postmaster that wrote the pid file of this data folder still runs. */
export function hasPostmaster(dataDir: string): boolean {
  const pid = readFirstLine(`${dataDir}/postmaster.pid`)
  return pid !== undefined && folderOf(pid) === dataDir
}

/** Waits until no process is left in the data folder; false when some still are after `waitMs`. */
export async function areGone(dataDir: string, waitMs: number): Promise<boolean> {
  for (let waitedMs = 0; processesIn(dataDir).length > 0; waitedMs += 50) {
    if (waitedMs >= waitMs) return false
    await pause(50)
  }
  return true
}

/** Signals every process of a data folder. */
export function signalAll(dataDir: string, signal: NodeJS.Signals): void {
  for (const pid of processesIn(dataDir)) signalOne(pid, signal)
}

function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It is gone already.
  }
}

/** Notes in a file that this process looks after a server. */
export function writeOwner(file: string): void {
  writeFileSync(file, ownName(), { mode: 0o600 })
}

export function removeOwner(file: string): void {
  if (readFirstLine(file) === ownName()) rmSync(file, { force: true })
}

/** The process that looks after a server, if it lives and is not this one. */
export function livingOwner(file: string): number | undefined {
  const name = readFirstLine(file)
  const pid = Number(name?.split(' ')[0])
  return name === undefined || pid === process.pid || nameOf(pid) !== name ? undefined : pid
}

const ownName = (): string => nameOf(process.pid) ?? String(process.pid)

// A pid alone may be another process's by now; with its start time it is not.
function nameOf(pid: number): string | undefined {
  const file = `/proc/${pid}/stat`
  if (!existsSync(file)) return undefined
  const text = readFirstLine(file) ?? ''
  const startTime = text.slice(text.lastIndexOf(')') + 2).split(' ')[19]
  return `${pid} ${startTime}`
}

/** Where a process of PostgreSQL works; `undefined` for all others, such as somebody's shell in that folder. */
function folderOf(pid: string): string | undefined {
  try {
    const program = basename(readlinkSync(`/proc/${pid}/exe`))
    return program.startsWith('postgres') ? readlinkSync(`/proc/${pid}/cwd`) : undefined
  } catch {
    return undefined
  }
}

function readFirstLine(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').split('\n')[0]?.trim()
  } catch {
    return undefined
  }
}

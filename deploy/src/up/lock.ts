import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const ownerSchema = z.object({
  pid: z.int().positive(),
  /** When the process began, in clock ticks since boot: a pid alone may have been given to another process. */
  startTicks: z.string(),
  startedAt: z.iso.datetime(),
  /** Where this home's API answers, so that the command line finds it whatever flags it was started with. */
  apiUrl: z.url(),
})

export type LockOwner = z.infer<typeof ownerSchema>

export class AlreadyRunning extends Error {
  readonly owner: LockOwner

  constructor(home: string, owner: LockOwner) {
    super(
      `Trunkline already runs on ${home}: process ${String(owner.pid)}, since ${owner.startedAt}, at ${owner.apiUrl}.`,
    )
    this.name = 'AlreadyRunning'
    this.owner = owner
  }
}

/** Takes the home for this process, or throws `AlreadyRunning`. What a killed process left behind is taken over. */
export function takeLock(home: string, owner: { apiUrl: string; startedAt: Date }): Disposable {
  const path = join(home, 'up.lock')
  const mine = JSON.stringify({
    pid: process.pid,
    startTicks: startTicksOf(process.pid) ?? 'unknown',
    startedAt: owner.startedAt.toISOString(),
    apiUrl: owner.apiUrl,
  })
  const draft = `${path}.${String(process.pid)}`
  writeFileSync(draft, mine, { mode: 0o600 })
  try {
    claim({ home, path, draft })
  } finally {
    rmSync(draft, { force: true })
  }
  return {
    [Symbol.dispose]() {
      if (readText(path) === mine) rmSync(path, { force: true })
    },
  }
}

/** Who holds the home now, if that process is alive. */
export function lockOwner(home: string): LockOwner | undefined {
  return aliveOwner(readText(join(home, 'up.lock')))
}

/** `link` fails if the name exists, so of many starters one wins. */
function claim({ home, path, draft }: { home: string; path: string; draft: string }): void {
  for (let attempt = 0; attempt < 5; attempt++) {
    if (tryLink(draft, path)) return
    const owner = lockOwner(home)
    if (owner !== undefined) throw new AlreadyRunning(home, owner)
    setAsideStale(path, `${draft}.stale`)
  }
  throw new Error(`${path} changes hands too quickly: other starts are going on. Try again.`)
}

/** Another starter may have replaced the stale file between our look and our rename: then it is put back. */
function setAsideStale(path: string, aside: string): void {
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  if (aliveOwner(readText(aside)) !== undefined) tryLink(aside, path)
  rmSync(aside, { force: true })
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function aliveOwner(text: string | undefined): LockOwner | undefined {
  if (text === undefined) return undefined
  const parsed = ownerSchema.safeParse(parseJson(text))
  if (!parsed.success) return undefined
  return startTicksOf(parsed.data.pid) === parsed.data.startTicks ? parsed.data : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Field 22 of /proc/pid/stat; the name before it, in parentheses, may hold anything. A zombie counts as gone. */
function startTicksOf(pid: number): string | undefined {
  const stat = readText(`/proc/${String(pid)}/stat`)
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields?.[0] === 'Z' ? undefined : fields?.[19]
}

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** The user that servers refusing root run as, or `undefined` when we are not root ourselves. */
export interface ServerUser {
  uid: number
  gid: number
}

/** Where installed test servers are kept: readable by the unprivileged user that runs them. */
export function cacheDir(): string {
  const { TRUNKLINE_TEST_CACHE, XDG_CACHE_HOME } = process.env
  if (TRUNKLINE_TEST_CACHE) return TRUNKLINE_TEST_CACHE
  if (isRoot()) return '/var/cache/trunkline'
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'trunkline')
}

export function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** PostgreSQL refuses root: as root we run it as `postgres`, or as `nobody` where there is none. */
export function serverUser(): ServerUser | undefined {
  if (!isRoot()) return undefined
  for (const name of ['postgres', 'nobody']) {
    const user = lookUp(name)
    if (user) return user
  }
  throw new Error('PostgreSQL refuses to run as root, and there is no user "postgres" or "nobody"')
}

/**
 * Makes `target` by filling a folder beside it and renaming that: a half-made one is never seen, and of
 * two makers one wins and the other throws its own away.
 */
export function makeOnce(target: string, fill: (folder: string) => void): string {
  if (existsSync(target)) return target
  mkdirSync(dirname(target), { recursive: true })
  const folder = mkdtempSync(`${target}.making-`)
  try {
    fill(folder)
    renameSync(folder, target)
  } catch (error) {
    if (!existsSync(target)) throw error
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return target
}

function lookUp(name: string): ServerUser | undefined {
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }))
    return { uid: id('-u'), gid: id('-g') }
  } catch {
    return undefined
  }
}

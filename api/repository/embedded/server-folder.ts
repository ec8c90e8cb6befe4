import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, lstat, mkdir, readlink, realpath, rm, stat, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { findServerUser, type ServerUser } from './server-user.ts'

const rootsPlace = '/var/lib/trunkline'

/** Where a server's data really lies, and who owns it. */
export interface ServerFolder {
  dataDir: string
  user: ServerUser | undefined
}

/**
 * A data folder at `path`. When we are root its server runs as another user, who cannot enter a home of mode 0700:
 * then `path` is a link to a folder of that user's under /var/lib/trunkline.
 */
export async function openServerFolder(path: string): Promise<ServerFolder> {
  if (existsSync(path)) return { dataDir: await realpath(path), user: await ownerOf(path) }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const user = findServerUser()
  if (user) return { dataDir: await linkToPlace(path, user), user }
  return { dataDir: join(await realpath(dirname(path)), basename(path)), user }
}

async function linkToPlace(path: string, user: ServerUser): Promise<string> {
  // Of a start that was interrupted before there was data.
  const begun = await readlink(path).catch(() => undefined)
  if (begun !== undefined && existsSync(dirname(begun))) return begun
  await rm(path, { force: true })
  await mkdir(rootsPlace, { recursive: true, mode: 0o755 })
  const folder = join(rootsPlace, randomBytes(8).toString('hex'))
  await mkdir(folder, { mode: 0o700 })
  await chown(folder, user.uid, user.gid)
  const dataDir = join(folder, basename(path))
  await symlink(dataDir, path)
  return dataDir
}

/** Deletes the data of a throwaway server, wherever it lies. It must not run. */
export async function removeServerFolder(path: string): Promise<void> {
  const isLink = await lstat(path).then(
    (entry) => entry.isSymbolicLink(),
    () => false,
  )
  if (isLink) {
    const folder = dirname(await readlink(path))
    if (dirname(folder) === rootsPlace) await rm(folder, { recursive: true, force: true })
  }
  await rm(path, { recursive: true, force: true })
}

// Data of an ordinary user that root starts stays that user's.
async function ownerOf(path: string): Promise<ServerUser | undefined> {
  const { uid, gid } = await stat(path)
  if (process.getuid?.() !== 0) return undefined
  return uid === 0 ? findServerUser() : { uid, gid }
}

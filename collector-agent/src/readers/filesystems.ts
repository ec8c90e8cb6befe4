import { lookup } from 'node:dns/promises'
import { readFile, realpath, statfs } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import type { Row } from '../instances/session.ts'

export interface Mount {
  mountpoint: string
  device: string
  type: string
}

/**
 * Adds to rows with a `path` the space of the file system it lies on. A path that does not exist here is left out: then
 * the server runs elsewhere, as in a container. One that we may not enter is judged by where it is mounted.
 */
export async function addSpace(rows: readonly Row[]): Promise<Row[]> {
  const mounts = parseMounts(await readFile('/proc/self/mountinfo', 'utf8'))
  const found = await Promise.all(rows.map((row) => withSpace(row, mounts)))
  return found.filter((row) => row !== undefined)
}

async function withSpace(row: Row, mounts: readonly Mount[]): Promise<Row | undefined> {
  const named = typeof row['path'] === 'string' ? row['path'] : ''
  if (!named.startsWith('/')) return undefined
  const path = await realpath(named).catch((error: NodeJS.ErrnoException) =>
    error.code === 'EACCES' ? named : undefined,
  )
  const mount = path === undefined ? undefined : mountOf(path, mounts)
  const space = mount && (await spaceOf(mount.mountpoint))
  if (!mount || !space) return undefined
  return {
    ...row,
    ...space,
    mountpoint: mount.mountpoint,
    device: mount.device,
    filesystem_type: mount.type,
  }
}

/** The mount a path lies on: the one with the longest mount point; of two on one point the later hides the earlier. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  const contains = ({ mountpoint }: Mount) =>
    path === mountpoint || path.startsWith(mountpoint === '/' ? '/' : `${mountpoint}/`)
  return mounts
    .filter(contains)
    .reduce<Mount | undefined>(
      (best, mount) => (best && best.mountpoint.length > mount.mountpoint.length ? best : mount),
      undefined,
    )
}

/** The lines of /proc/self/mountinfo, in which spaces and the like are written as \040. */
export function parseMounts(mountinfo: string): Mount[] {
  return mountinfo
    .split('\n')
    .filter((line) => line.includes(' - '))
    .map((line) => {
      const [place = '', filesystem = ''] = line.split(' - ')
      const [type = '', device = ''] = filesystem.split(' ')
      return { mountpoint: plain(place.split(' ')[4] ?? '/'), type, device: plain(device) }
    })
}

function plain(escaped: string): string {
  return escaped.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  )
}

const asked = new Map<string, Promise<Row | undefined>>()

/** A mount whose server is away answers never: it is asked once, and waited for a second at most. */
function spaceOf(mountpoint: string): Promise<Row | undefined> {
  let answer = asked.get(mountpoint)
  if (!answer) {
    answer = readSpace(mountpoint).finally(() => asked.delete(mountpoint))
    asked.set(mountpoint, answer)
  }
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, 1_000)
  return Promise.race([answer, promise.then(() => undefined)]).finally(() => clearTimeout(timer))
}

async function readSpace(mountpoint: string): Promise<Row | undefined> {
  const space = await statfs(mountpoint).catch(() => undefined)
  return (
    space && {
      total_bytes: space.blocks * space.bsize,
      used_bytes: (space.blocks - space.bfree) * space.bsize,
      available_bytes: space.bavail * space.bsize,
    }
  )
}

/** Whether a server's address is one of this host's own, so that its paths mean something here. */
export async function isLocal(address: string): Promise<boolean> {
  if (address.startsWith('/')) return true
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  const found = await lookup(address, { all: true }).catch(() => [])
  return found.some(
    ({ address: ip }) => ip.startsWith('127.') || own.some((each) => each.address === ip),
  )
}

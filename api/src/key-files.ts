import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The file's text; made, for the owner alone, when it is not there. Two that make it at once get the same. */
export async function keepSecret(path: string, make: () => Promise<string>): Promise<string> {
  const kept = await readIfThere(path)
  if (kept !== undefined) return kept
  const fresh = await writeAside(path, await make())
  // `link` fails when another was first, where `rename` would put ours in its place.
  await link(fresh, path).catch((error: unknown) => {
    if (!isCode(error, 'EEXIST')) throw error
  })
  await rm(fresh)
  return await readFile(path, 'utf8')
}

/** Puts text in a file's place at once, for the owner alone. */
export async function writeSecret(path: string, text: string): Promise<void> {
  await rename(await writeAside(path, text), path)
}

/** The file's text, or `undefined` when there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

async function writeAside(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const aside = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(aside, text, { mode: 0o600, flag: 'wx', flush: true })
  return aside
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

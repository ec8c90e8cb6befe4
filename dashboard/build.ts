import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const here = import.meta.dirname
const dist = join(here, 'dist')
const deadlineMs = 180_000

/**
 * The folder of the built pages; builds them first when there are none or their sources have changed since. Safe to
 * call from several processes at once: each builds beside and moves its result into place.
 */
export async function buildDashboard(): Promise<string> {
  const stamp = await stampOfSources()
  const built = await readFile(join(dist, '.stamp'), 'utf8').catch(() => undefined)
  if (built === stamp) return dist
  const fresh = `${dist}.${process.pid}`
  const old = `${dist}.old.${process.pid}`
  try {
    await runVite(fresh)
    await writeFile(join(fresh, '.stamp'), stamp)
    await rename(dist, old).catch(() => undefined)
    await rename(fresh, dist).catch(async (error: unknown) => {
      // Somebody else's build came in between: it was made of the same sources.
      if ((await readFile(join(dist, '.stamp'), 'utf8').catch(() => undefined)) !== stamp)
        throw error
    })
  } finally {
    await Promise.all([fresh, old].map((folder) => rm(folder, { recursive: true, force: true })))
  }
  return dist
}

/** In a process of its own with nothing of our environment: `NODE_ENV=test` would build the development pages. */
async function runVite(outDir: string): Promise<void> {
  const vite = dirname(createRequire(import.meta.url).resolve('vite/package.json'))
  const run = promisify(execFile)(
    process.execPath,
    [
      join(vite, 'bin', 'vite.js'),
      'build',
      here,
      '--outDir',
      outDir,
      '--emptyOutDir',
      '--logLevel',
      'warn',
    ],
    { cwd: here, env: { NODE_ENV: 'production' }, timeout: deadlineMs },
  )
  await run.catch((cause: { stderr?: string }) => {
    throw new Error(`The pages could not be built: ${cause.stderr?.trim() || 'see the cause'}`, {
      cause,
    })
  })
}

/** A hash over everything the pages are made of. */
async function stampOfSources(): Promise<string> {
  const inSource = await readdir(join(here, 'src'), { recursive: true, withFileTypes: true })
  const inPublic = await readdir(join(here, 'public'), { recursive: true, withFileTypes: true })
  const files = [...inSource, ...inPublic]
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
    .map((entry) => join(entry.parentPath, entry.name))
  const others = [
    'index.html',
    'vite.config.ts',
    'package.json',
    '../api/src/client.ts',
    '../package-lock.json',
  ]
  const hash = createHash('sha256')
  for (const file of [...files, ...others.map((name) => join(here, name))].toSorted()) {
    hash
      .update(file.slice(here.length))
      .update('\0')
      .update(await readFile(file))
      .update('\0')
  }
  return hash.digest('hex')
}

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, rename, rm, writeFile, chown } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ServerFolder } from './server-folder.ts'
import { majorOf } from './unpack-binaries.ts'

const run = promisify(execFile)
const deadlineMs = 120_000

interface Init extends ServerFolder {
  binaries: string
  /** Of the superuser `postgres`. */
  password: string
}

/** Makes an empty cluster where there is none; refuses one of another major version. */
export async function initDataFolder({ dataDir, user, binaries, password }: Init): Promise<void> {
  if (existsSync(join(dataDir, 'PG_VERSION'))) return checkMajor(dataDir, binaries)
  const draft = `${dataDir}.making`
  const passwordFile = `${dataDir}.password`
  await rm(draft, { recursive: true, force: true })
  try {
    // In a file, because arguments and the environment of a process can be read by others.
    await writeFile(passwordFile, password, { mode: 0o600 })
    if (user) await chown(passwordFile, user.uid, user.gid)
    await run(
      join(binaries, 'bin', 'initdb'),
      [
        `--pgdata=${draft}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--data-checksums',
        '--no-instructions',
      ],
      { ...user, cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' }, timeout: deadlineMs },
    )
    // Under its name only when complete: a killed initdb leaves nothing that looks like a cluster.
    await rename(draft, dataDir)
  } catch (cause) {
    const said =
      cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause)
    throw new Error(`initdb could not make ${dataDir}: ${said}`, { cause })
  } finally {
    await rm(passwordFile, { force: true })
  }
}

async function checkMajor(dataDir: string, binaries: string): Promise<void> {
  const found = (await readFile(join(dataDir, 'PG_VERSION'), 'utf8')).trim()
  const shipped = majorOf(binaries)
  if (found !== shipped) {
    throw new Error(
      `the data in ${dataDir} is of PostgreSQL ${found}, and this version ships ${shipped}: upgrade it with pg_upgrade, or go back`,
    )
  }
}

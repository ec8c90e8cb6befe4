import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { checkRepository, connectRepository } from '@trunkline/api/repository'
import type { Config } from '../config.ts'
import { settings } from '../settings.ts'

const { env } = settings.repositoryUrl

/** Refuses, naming the server and the setting, a PostgreSQL that cannot be the repository. */
export async function checkExternal(url: string): Promise<void> {
  const sql = connectRepository({
    url,
    max: 1,
    deadlineMs: 10_000,
    applicationName: 'trunkline up',
  })
  try {
    await checkRepository(sql)
  } catch (error) {
    const { host, pathname } = new URL(url)
    const why = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
    throw new Error(`The repository at ${host}${pathname} cannot be used: ${why}. See ${env}.`, {
      cause: error,
    })
  } finally {
    await sql.end()
  }
}

/** PostgreSQL's initdb looks its user up by number, as in a container that was given one of its own. */
export function checkUser({ home, values }: Config, lookUp: () => unknown = userInfo): void {
  if (values.repositoryUrl !== undefined || existsSync(join(home, 'postgresql', 'PG_VERSION')))
    return
  try {
    lookUp()
  } catch (error) {
    const uid = String(process.getuid?.())
    throw new Error(
      `User ${uid} has no name on this machine, and the embedded PostgreSQL is made only by one that has: ` +
        `add a line for ${uid} to /etc/passwd, or set ${env} to a server of yours.`,
      { cause: error },
    )
  }
}

import postgres from 'postgres'
import { inject } from 'vitest'
import './global-setup.ts'
import { createDatabase } from './postgres.ts'

export interface TestDatabase extends AsyncDisposable {
  /** As superuser. */
  url: string
}

/**
 * A database for one file or test, in the PostgreSQL 18 that all files of a run share; dropped at the end, with whoever
 * is connected. Who stops or kills a server starts his own.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject('postgresUrl')
  const url = await createDatabase(server)
  const name = decodeURIComponent(new URL(url).pathname.slice(1))
  return {
    url,
    async [Symbol.asyncDispose]() {
      const sql = postgres(server, { max: 1, onnotice: () => undefined })
      await sql`drop database if exists ${sql(name)} with (force)`
      await sql.end({ timeout: 5 })
    },
  }
}

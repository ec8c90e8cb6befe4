import postgres from 'postgres'
import { inject } from 'vitest'
import './global-setup.ts'
import { createDatabase } from './postgres.ts'

export interface TestDatabase extends AsyncDisposable {
  /** As superuser. */
  url: string
}

/** The PostgreSQL 18 that the files of this run share. Who stops or kills one starts his own. */
export function sharedPostgres(): { url: string } {
  return { url: inject('postgresUrl') }
}

/** A database of the shared server for one file or test; dropped at the end, with whoever is connected. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = sharedPostgres().url
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

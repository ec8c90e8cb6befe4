import type { Sql } from 'postgres'

const leastMajor = 15

interface Server {
  version_num: number
  version: string
  encoding: string
  may_create: boolean
}

/** Refuses, in one sentence, a server that cannot be the repository. That it is read-only is found when connecting. */
export async function checkRepository(sql: Sql): Promise<void> {
  const [server] = await sql<Server[]>`
    select current_setting('server_version_num')::int as version_num,
           current_setting('server_version') as version,
           pg_encoding_to_char(encoding) as encoding,
           has_database_privilege(oid, 'create') as may_create
      from pg_database where datname = current_database()`
  if (server === undefined) return
  if (server.version_num < leastMajor * 10_000) {
    throw new Error(
      `the repository needs PostgreSQL ${leastMajor} or newer; this one is ${server.version}`,
    )
  }
  if (server.encoding !== 'UTF8') {
    throw new Error(
      `the repository's database must have the encoding UTF8; this one has ${server.encoding}`,
    )
  }
  if (!server.may_create) {
    throw new Error(
      'the user of the repository URL may not create schemas in its database: grant create on database … to it',
    )
  }
}

import { connectAs, createMonitor } from '../../deploy/test/monitored.ts'
import { startPostgres, type TestPostgres } from '../../deploy/test/postgres.ts'

export interface Case {
  name: string
  databases: number
  tables: number
}

/** A quiet server with the databases and tables of a case. */
export async function startWatchedServer({ databases, tables }: Case): Promise<TestPostgres> {
  // Left alone it is to do nothing.
  const settings = { autovacuum: 'off', checkpoint_timeout: '1h' }
  const server = await startPostgres({ settings })
  await createMonitor(server)
  for (let made = 0; made < databases; made++) {
    const url = await server.createDatabase(`shop_${made}`)
    const sql = connectAs({ url }, 'postgres')
    await sql.unsafe(`do $$ begin
      for i in 1..${tables} loop execute format('create table orders_%s (id int primary key, note text)', i); end loop;
    end $$`)
    await sql.end({ timeout: 5 })
  }
  const sql = connectAs(server, 'postgres')
  await sql`checkpoint`
  await sql.end({ timeout: 5 })
  return server
}

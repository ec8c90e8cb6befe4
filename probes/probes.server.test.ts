import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { documentExample } from '../deploy/test/document-example.ts'
import {
  allMajors,
  installCommand,
  type Major,
  postgresMajors,
  startPostgres,
  type TestPostgres,
} from '../deploy/test/postgres.ts'
import { columnsOf, keyOf, type Probe, probes, sqlFor } from './index.ts'

/** Also the example of the document. */
const documented = await documentExample<Probe>('docs/add-a-probe.md')
const entries = Object.entries<Probe>({ ...documented, ...probes })
const readers = new Set<string | undefined>(['liveness', 'filesystems'])
const monitor = 'monitor'

/** Type oids that a column may have: what arrives must be what its tables hold. */
const oids = { text: 25, timestamptz: 1184, jsonb: 3802, bool: 16, int8: 20, float8: 701 }

function typeName(oid: number): string {
  return Object.entries(oids).find(([, known]) => known === oid)?.[0] ?? `oid ${oid}`
}

interface Servers {
  primary: TestPostgres
  standby: TestPostgres
}

function connect(server: TestPostgres, user = monitor): postgres.Sql {
  const url = new URL(server.url)
  url.username = user
  return postgres(url.href, {
    max: 1,
    onnotice: () => undefined,
    // As the agent forces them.
    connection: {
      search_path: 'pg_catalog',
      TimeZone: 'UTC',
      default_transaction_read_only: user === monitor,
    },
  })
}

async function prepare(primary: TestPostgres): Promise<void> {
  const sql = connect(primary, 'postgres')
  await sql.unsafe(`
    create role ${monitor} login password 'test';
    grant pg_monitor to ${monitor};
    alter role ${monitor} set search_path = evil, public, pg_catalog;
    alter role ${monitor} set DateStyle = 'SQL, DMY';
    create schema evil;
    create view evil.pg_stat_activity as select 'evil' as datname;
    create table public."odd ""name"" 😀
<script>" (id int primary key) with (autovacuum_vacuum_scale_factor = 0.5, autovacuum_enabled = off);
    insert into public."odd ""name"" 😀
<script>" select generate_series(1, 1000);
    analyze;
    select pg_create_physical_replication_slot('kept', true);
  `)
  await sql.unsafe(`create database "quote""d 😀" template template0`)
  await sql.end({ timeout: 5 })
}

/** Rows as the agent gets them, with what its readers add. */
function complete(probe: Probe, rows: readonly postgres.Row[]): postgres.Row[] {
  if (probe.reader === 'filesystems') return rows.map((row) => ({ ...row, mountpoint: '/' }))
  return [...rows]
}

describe.for(allMajors)('PostgreSQL %i', (major: Major) => {
  const isInstalled = postgresMajors().includes(major)
  if (!isInstalled && !process.env['CI']) {
    test.skip(
      `every probe: PostgreSQL ${major} is not on this machine; install it: ${installCommand}`,
    )
    return
  }
  let servers: Servers
  beforeAll(async () => {
    const settings = {
      track_io_timing: 'on',
      track_wal_io_timing: 'on',
      archive_mode: 'on',
      archive_command: 'false',
    }
    if (major < 14) delete (settings as { track_wal_io_timing?: string }).track_wal_io_timing
    const primary = await startPostgres({ major, settings })
    await prepare(primary)
    servers = { primary, standby: await primary.startStandby() }
    const sql = connect(primary, 'postgres')
    const streaming = () => sql`select from pg_stat_replication where state = 'streaming'`
    await vi.waitFor(async () => expect(await streaming()).toHaveLength(1), { timeout: 20_000 })
    await sql.end({ timeout: 5 })
  })
  afterAll(async () => {
    await servers?.standby[Symbol.asyncDispose]()
    await servers?.primary[Symbol.asyncDispose]()
  })

  describe.for(entries)('%s', ([, probe]) => {
    const query = sqlFor(probe, major)
    test.skipIf(query === undefined)('selects what it declares, typed as declared', async () => {
      const sql = connect(servers.primary)
      const { columns } = await sql.unsafe(query ?? '').describe()
      await sql.end({ timeout: 5 })
      const declared = columnsOf(probe)
      const names = columns.map((column) => column.name)
      expect(new Set(names).size).toBe(names.length)
      if (!readers.has(probe.reader)) {
        expect(names.toSorted()).toEqual(declared.map((column) => column.name).toSorted())
      }
      for (const { name, type } of columns) {
        const column = declared.find((candidate) => candidate.name === name)
        expect(column, name).toBeDefined()
        expect({ name, type: typeName(type) }).toEqual({ name, type: column?.type })
      }
    })

    const roles = ['primary', 'standby'] as const
    test.for(roles.filter((role) => probe.role === 'any' || probe.role === role))(
      'runs on a %s as a member of pg_monitor, with distinct keys and no null labels',
      async (role, { skip }) => {
        if (query === undefined) return skip()
        const sql = connect(servers[role])
        const rows = complete(probe, await sql.unsafe(query))
        await sql.end({ timeout: 5 })
        for (const row of rows) {
          for (const label of Object.keys(probe.labels))
            expect(row[label], label).toBeTypeOf('string')
          for (const column of keyOf(probe)) expect(row[column], column).not.toBeNull()
        }
        const keys = rows.map((row) => JSON.stringify(keyOf(probe).map((column) => row[column])))
        expect(new Set(keys).size).toBe(keys.length)
        expect(rows.length).toBeLessThanOrEqual(probe.maxRows)
      },
    )
  })
})

import type { Probe } from '@trunkline/probes'
import type { Sql, TransactionSql } from 'postgres'
import { apiViews } from './api-views.ts'
import { createTables, primaryKey, probeTable, quoteName, type ProbeTable } from './probe-table.ts'
import { probeView } from './probe-view.ts'

interface Existing {
  columns: Map<string, string>
  key: readonly string[]
}

const lockKey = 7_480_002
const typeNames: Record<string, string> = {
  text: 'text',
  timestamptz: 'timestamp with time zone',
  jsonb: 'jsonb',
  bool: 'boolean',
  int8: 'bigint',
  float8: 'double precision',
}

/**
 * Makes and widens the tables of probes until they fit the definitions. Columns that a definition no longer has are
 * kept; a column whose type changed is an error, since its history could not be read as one any more.
 */
export async function syncProbeTables(sql: Sql, probes: Record<string, Probe>): Promise<void> {
  const tables = Object.entries(probes).map(([name, probe]) => probeTable(name, probe))
  await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${lockKey})`
    await tx`set local lock_timeout = '5s'`
    for (const table of tables) await syncOne(tx, table)
    for (const [name, probe] of Object.entries(probes)) await remember(tx, name, probe)
    // They read the tables of the probe `instance`, which a test may do without.
    if ('instance' in probes) for (const view of apiViews) await tx.unsafe(view)
  })
}

async function syncOne(tx: TransactionSql, table: ProbeTable): Promise<void> {
  const existing = await readExisting(tx, table.name)
  if (existing === undefined) await tx.unsafe(createTables(table))
  else await widen(tx, table, existing)
  await tx.unsafe(probeView(table, await readColumns(tx, table)))
}

async function readColumns(tx: TransactionSql, table: ProbeTable): Promise<string[]> {
  const columns = (await readExisting(tx, table.name))?.columns.keys() ?? []
  return [...columns].filter((column) => column !== table.target && column !== 'collected_at')
}

async function readExisting(tx: TransactionSql, name: string): Promise<Existing | undefined> {
  const columns = await tx<{ name: string; type: string }[]>`
    select a.attname as name, format_type(a.atttypid, a.atttypmod) as type
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'pemdata'
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relname = ${name}
     order by a.attnum`
  if (columns.length === 0) return undefined
  const key = await tx<{ name: string }[]>`
    select a.attname as name
      from pg_constraint p
      join pg_class c on c.oid = p.conrelid and c.relname = ${name}
      join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'pemdata'
      cross join unnest(p.conkey) with ordinality as k (attnum, place)
      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
     where p.contype = 'p'
     order by k.place`
  return {
    columns: new Map(columns.map((column) => [column.name, column.type])),
    key: key.map((column) => column.name),
  }
}

async function widen(tx: TransactionSql, table: ProbeTable, existing: Existing): Promise<void> {
  const name = quoteName(table.name)
  if (!existing.columns.has(table.target)) {
    throw new Error(`probe "${table.name}" changed its scope; give the new one another name`)
  }
  for (const column of table.columns) {
    const type = existing.columns.get(column.name)
    if (type === undefined) {
      const add = `add column ${quoteName(column.name)} ${column.type}`
      await tx.unsafe(`alter table pemdata.${name} ${add}; alter table pemhistory.${name} ${add}`)
    } else if (type !== typeNames[column.type]) {
      throw new Error(
        `column "${column.name}" of probe "${table.name}" is ${type} in the repository and cannot become ${column.type}; give it another name`,
      )
    }
  }
  const key = [table.target, ...table.key]
  if (key.join('\0') !== existing.key.join('\0')) await replaceKey(tx, table)
}

// The newest rows may break the new key; they come again with the next sample.
async function replaceKey(tx: TransactionSql, table: ProbeTable): Promise<void> {
  const name = `pemdata.${quoteName(table.name)}`
  const [row] = await tx<{ conname: string }[]>`
    select conname from pg_constraint where conrelid = ${name}::regclass and contype = 'p'`
  const drop = row ? `drop constraint ${quoteName(row.conname)}, ` : ''
  await tx.unsafe(`truncate ${name}; alter table ${name} ${drop}add ${primaryKey(table)}`)
}

async function remember(tx: TransactionSql, name: string, probe: Probe): Promise<void> {
  await tx`
    insert into pem.probe (name, definition) values (${name}, ${tx.json(probe as never)})
    on conflict (name) do update set definition = excluded.definition, changed_at = now()
     where pem.probe.definition is distinct from excluded.definition`
}

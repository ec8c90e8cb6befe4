import { columnsOf, keyOf, targetColumn, type DetailType, type Probe } from '@trunkline/probes'

/** The two tables of a probe, as they should be. */
export interface ProbeTable {
  name: string
  target: 'instance_id' | 'host_id'
  columns: readonly { name: string; type: DetailType }[]
  /** With the target, the primary key of `pemdata.<name>`. */
  key: readonly string[]
}

// Tables of `pemdata` and views of `pem_api` that are not of probes.
const reservedTables = [
  'agent',
  'alert',
  'probe_run',
  'agents',
  'alerts',
  'alert_history',
  'instances',
]
const reservedColumns = ['instance_id', 'host_id', 'collected_at']
const maxColumns = 400

/** The tables of a probe; throws one sentence when its names cannot be names of tables and columns. */
export function probeTable(name: string, probe: Probe): ProbeTable {
  // Partitions are called <probe>_<yyyymmdd>, so the name leaves room for that and never looks like one.
  const fits = name !== '' && Buffer.byteLength(name) <= 50 && !name.includes('\0')
  if (!fits || reservedTables.includes(name) || /_(default|\d{8})$/.test(name)) {
    throw new Error(`a probe cannot be called "${name}"`)
  }
  const columns = columnsOf(probe).map((column) => ({ name: column.name, type: column.type }))
  const names = columns.map((column) => column.name)
  const wrong = names.find(
    (column, place) =>
      column === '' ||
      Buffer.byteLength(column) > 63 ||
      column.includes('\0') ||
      reservedColumns.includes(column) ||
      names.indexOf(column) !== place,
  )
  if (wrong !== undefined) {
    throw new Error(`probe "${name}" has the column "${wrong}", which is taken or cannot be a name`)
  }
  if (columns.length > maxColumns) throw new Error(`probe "${name}" has over ${maxColumns} columns`)
  const key = keyOf(probe)
  const unknown = key.find((column) => !names.includes(column))
  if (unknown !== undefined)
    throw new Error(`probe "${name}" has no column "${unknown}" for its key`)
  return { name, target: targetColumn(probe), columns, key }
}

/** An identifier for SQL text. Everything in it is kept, dots too. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** The statements that make a probe's tables where there are none. */
export function createTables({ name, target, columns, key }: ProbeTable): string {
  const table = quoteName(name)
  const list = columns.map((column) => `${quoteName(column.name)} ${column.type}`)
  const all = [`${target} int not null`, 'collected_at timestamptz not null', ...list].join(', ')
  return `
    create table pemdata.${table} (${all}, ${primaryKey({ target, key })}) with (fillfactor = 50);
    create table pemhistory.${table} (${all}) partition by range (collected_at);
    create index on pemhistory.${table} (${target}, collected_at);
    create table pemhistory.${quoteName(`${name}_default`)} partition of pemhistory.${table} default`
}

export function primaryKey({ target, key }: Pick<ProbeTable, 'target' | 'key'>): string {
  return `primary key (${[target, ...key.map(quoteName)].join(', ')})`
}

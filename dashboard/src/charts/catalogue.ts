import type { AreaName } from '../api.ts'
import type { LinesSpec } from './lines.ts'

/** A chart of the instance page, as data. */
export interface ChartSpec extends LinesSpec {
  title: string
  /** Its column of the overview: a cell there leads here. */
  area: AreaName | 'load'
  probe: string
  target: 'instance' | 'host'
  /** UCUM, of a rate where the column is a counter. */
  unit: string
  isStacked?: boolean
}

export const catalogue = [
  {
    title: 'Connections by state',
    area: 'connections',
    probe: 'connections',
    target: 'instance',
    unit: '{connection}',
    columns: { count: '' },
    by: 'state',
    isStacked: true,
  },
  {
    title: 'Blocked sessions',
    area: 'locks',
    probe: 'connections',
    target: 'instance',
    unit: '{session}',
    columns: { blocked: 'waiting for a lock' },
  },
  {
    title: 'Transactions',
    area: 'load',
    probe: 'databases',
    target: 'instance',
    unit: '/s',
    columns: { commits: 'committed', rollbacks: 'rolled back' },
  },
  {
    title: 'Rows changed',
    area: 'load',
    probe: 'databases',
    target: 'instance',
    unit: '/s',
    columns: { rows_inserted: 'inserted', rows_updated: 'updated', rows_deleted: 'deleted' },
  },
  {
    title: 'Rows read',
    area: 'load',
    probe: 'databases',
    target: 'instance',
    unit: '/s',
    columns: { rows_returned: 'read by scans', rows_fetched: 'fetched by index' },
  },
  {
    title: 'Blocks read',
    area: 'load',
    probe: 'databases',
    target: 'instance',
    unit: '/s',
    columns: { blocks_hit: 'from the cache', blocks_read: 'from outside' },
  },
  {
    title: 'Temporary files',
    area: 'load',
    probe: 'databases',
    target: 'instance',
    unit: 'By/s',
    columns: { temp_bytes: 'written' },
  },
  {
    title: 'Deadlocks and conflicts',
    area: 'locks',
    probe: 'databases',
    target: 'instance',
    unit: '/s',
    columns: { deadlocks: 'deadlocks', conflicts: 'recovery conflicts' },
  },
  {
    title: 'WAL',
    area: 'load',
    probe: 'wal',
    target: 'instance',
    unit: 'By/s',
    columns: { written_bytes: 'written' },
  },
  {
    title: 'Checkpoints',
    area: 'load',
    probe: 'checkpoints',
    target: 'instance',
    unit: 'By/s',
    columns: { written_bytes: 'written by checkpoints' },
  },
  {
    title: 'Time to connect',
    area: 'availability',
    probe: 'instance',
    target: 'instance',
    unit: 's',
    columns: { connect_seconds: 'connecting' },
  },
  {
    title: 'Replication lag',
    area: 'replication',
    probe: 'replication',
    target: 'instance',
    unit: 'By',
    columns: { replay_lag_bytes: '' },
    by: 'application_name',
  },
  {
    title: 'Replication delay',
    area: 'replication',
    probe: 'replication',
    target: 'instance',
    unit: 's',
    columns: { replay_lag_seconds: '' },
    by: 'application_name',
  },
  {
    title: 'WAL kept by slots',
    area: 'replication',
    probe: 'slots',
    target: 'instance',
    unit: 'By',
    columns: { retained_bytes: '' },
    by: 'slot',
  },
  {
    title: 'WAL waiting to be archived',
    area: 'backup',
    probe: 'archiver',
    target: 'instance',
    unit: '{file}',
    columns: { ready_files: 'ready' },
  },
  {
    title: 'Age of transaction ids',
    area: 'vacuum',
    probe: 'wraparound',
    target: 'instance',
    unit: '{transaction}',
    columns: { xid_age: '' },
    by: 'database',
  },
  {
    title: 'Space used',
    area: 'storage',
    probe: 'filesystems',
    target: 'instance',
    unit: 'By',
    columns: { used_bytes: 'used', available_bytes: 'available' },
    by: 'role',
  },
  {
    title: 'CPU',
    area: 'load',
    probe: 'host',
    target: 'host',
    unit: '1',
    columns: { cpu_utilization: 'in use' },
  },
  {
    title: 'Load',
    area: 'load',
    probe: 'host',
    target: 'host',
    unit: '',
    columns: { load1: '1 min', load5: '5 min', load15: '15 min', cpu_count: 'CPUs' },
  },
  {
    title: 'Memory',
    area: 'load',
    probe: 'host',
    target: 'host',
    unit: 'By',
    columns: {
      memory_used_bytes: 'used',
      memory_buffers_bytes: 'buffers',
      memory_cached_bytes: 'cached',
      memory_free_bytes: 'free',
    },
    isStacked: true,
  },
] as const satisfies readonly ChartSpec[]

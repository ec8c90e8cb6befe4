import type { Probe } from './probe.ts'

/** The query names the paths; the reader adds the space of the file systems they lie on. */
export const filesystems = {
  summary: 'Space of the file systems under the data folder, the WAL and the tablespaces.',
  scope: 'instance',
  role: 'any',
  every: '30s',
  timeout: '5s',
  retention: '90d',
  maxRows: 200,
  reader: 'filesystems',
  sql: {
    13: `
      select 'data'                                       as role,
             ''                                           as name,
             current_setting('data_directory')            as path
      union all
      select 'wal', '', current_setting('data_directory') || '/pg_wal'
      union all
      select 'tablespace', spcname::text, pg_tablespace_location(oid)
        from pg_tablespace
       where pg_tablespace_location(oid) <> ''`,
  },
  labels: {
    role: 'postgresql.filesystem.role',
    name: 'postgresql.tablespace.name',
    mountpoint: 'system.filesystem.mountpoint',
  },
  key: ['role', 'name'],
  metrics: {
    'postgresql.filesystem.limit': {
      kind: 'gauge',
      unit: 'By',
      description: 'Size of the file system.',
      columns: { total_bytes: {} },
    },
    'postgresql.filesystem.usage': {
      kind: 'gauge',
      unit: 'By',
      description: 'Space used, and space that the server can still use.',
      columns: { used_bytes: { state: 'used' }, available_bytes: { state: 'available' } },
    },
  },
  details: {
    path: 'text',
    device: 'text',
    filesystem_type: 'text',
  },
} satisfies Probe

import type { Probe } from './probe.ts'

/** Over a new connection each time. The reader adds `state`, `error`, `up` and `connect_seconds`, also when nothing answers. */
export const instance = {
  summary: 'Whether the server takes a new connection, and what it is.',
  scope: 'instance',
  role: 'any',
  every: '5s',
  timeout: '3s',
  retention: '30d',
  maxRows: 1,
  reader: 'liveness',
  sql: {
    13: `
      select current_setting('server_version')                                   as version,
             current_setting('server_version_num')::int8                         as version_num,
             pg_postmaster_start_time()                                          as started_at,
             pg_is_in_recovery()                                                 as in_recovery,
             pg_is_in_recovery()::int::float8                                    as standby,
             (select system_identifier::text from pg_control_system())           as system_identifier,
             (select timeline_id::int8 from pg_control_checkpoint())             as timeline,
             extract(epoch from now() - pg_postmaster_start_time())::float8      as uptime_seconds,
             case when pg_has_role('pg_read_all_settings', 'usage')
                  then current_setting('data_directory') end                     as data_directory,
             nullif(current_setting('cluster_name'), '')                         as cluster_name,
             current_setting('max_connections')::float8                          as max_connections,
             current_setting('superuser_reserved_connections')::float8
               + coalesce(current_setting('reserved_connections', true), '0')::float8
                                                                                 as reserved_connections`,
  },
  labels: {},
  metrics: {
    'postgresql.up': {
      kind: 'gauge',
      unit: '{instance}',
      description: '1 when the server took a new connection and answered, else 0.',
      columns: { up: {} },
    },
    'postgresql.standby': {
      kind: 'gauge',
      unit: '{instance}',
      description: '1 while the server is in recovery, else 0.',
      columns: { standby: {} },
    },
    'postgresql.connection.time': {
      kind: 'gauge',
      unit: 's',
      description: 'Time to open a new connection and sign in.',
      columns: { connect_seconds: {} },
    },
    'postgresql.uptime': {
      kind: 'gauge',
      unit: 's',
      description: 'Time since the server was started.',
      columns: { uptime_seconds: {} },
    },
    'postgresql.connection.max': {
      kind: 'gauge',
      unit: '{connections}',
      description: 'Client connections that the server is configured for.',
      columns: { max_connections: {} },
    },
    'postgresql.connection.reserved': {
      kind: 'gauge',
      unit: '{connection}',
      description: 'Of them, those that ordinary roles cannot use.',
      columns: { reserved_connections: {} },
    },
  },
  details: {
    state: 'text',
    error: 'text',
    version: 'text',
    version_num: 'int8',
    started_at: 'timestamptz',
    in_recovery: 'bool',
    system_identifier: 'text',
    timeline: 'int8',
    data_directory: 'text',
    cluster_name: 'text',
  },
} satisfies Probe

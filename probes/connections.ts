import type { Probe } from './probe.ts'

/** Client backends only: they are what `max_connections` counts. */
export const connections = {
  summary: 'Client connections by database and state.',
  scope: 'instance',
  role: 'any',
  every: '15s',
  timeout: '2s',
  retention: '30d',
  maxRows: 1_000,
  sql: {
    13: `
      select coalesce(datname::text, '')        as database,
             coalesce(state, 'unknown')         as state,
             count(*)::float8                   as count,
             count(*) filter (where wait_event_type = 'Lock')::float8
                                                as blocked
        from pg_stat_activity
       where backend_type = 'client backend'
       group by 1, 2
       order by 3 desc`,
  },
  labels: { database: 'db.namespace', state: 'postgresql.connection.state' },
  metrics: {
    'postgresql.connection.count': {
      kind: 'gauge',
      unit: '{connection}',
      description: 'Client connections, by database and state.',
      columns: { count: {} },
    },
    'postgresql.connection.blocked': {
      kind: 'gauge',
      unit: '{connection}',
      description: 'Of them, those waiting for a lock.',
      columns: { blocked: {} },
    },
  },
} satisfies Probe

import type { Probe } from './probe.ts'

export const wraparound = {
  summary: 'How far each database is from running out of transaction ids.',
  scope: 'instance',
  role: 'primary',
  every: '60s',
  timeout: '2s',
  retention: '30d',
  maxRows: 500,
  sql: {
    13: `
      select datname::text                                                 as database,
             age(datfrozenxid)::float8                                     as xid_age,
             mxid_age(datminmxid)::float8                                  as mxid_age,
             current_setting('autovacuum_freeze_max_age')::int8            as freeze_max_age,
             current_setting('autovacuum_multixact_freeze_max_age')::int8  as multixact_freeze_max_age
        from pg_database
       order by greatest(age(datfrozenxid), mxid_age(datminmxid)) desc`,
  },
  labels: { database: 'db.namespace' },
  metrics: {
    'postgresql.database.transaction.age': {
      kind: 'gauge',
      unit: '{transaction}',
      description: 'Age of the oldest transaction id not yet frozen; at 2,147 million writes stop.',
      columns: { xid_age: {} },
    },
    'postgresql.database.multixact.age': {
      kind: 'gauge',
      unit: '{multixact}',
      description: 'Age of the oldest multixact id not yet removed.',
      columns: { mxid_age: {} },
    },
  },
  details: {
    freeze_max_age: 'int8',
    multixact_freeze_max_age: 'int8',
  },
} satisfies Probe

import type { Probe } from './probe.ts'

const sinceSeventeen = `
             s.inactive_since                                          as inactive_since,
             extract(epoch from now() - s.inactive_since)::float8      as inactive_seconds,
             s.invalidation_reason                                     as invalidation_reason`

const beforeSeventeen = `
             null::timestamptz                                         as inactive_since,
             null::float8                                              as inactive_seconds,
             null::text                                                as invalidation_reason`

const select = (inactivity: string) => `
      select s.slot_name::text                                         as slot,
             s.active::int::float8                                     as active,
             greatest(0, pg_wal_lsn_diff(here.lsn, s.restart_lsn))::float8
                                                                       as retained_bytes,
             greatest(0, pg_wal_lsn_diff(here.lsn, s.confirmed_flush_lsn))::float8
                                                                       as unconfirmed_bytes,
             s.safe_wal_size::float8                                   as safe_bytes,
             age(s.xmin)::float8                                       as xmin_age,
             age(s.catalog_xmin)::float8                               as catalog_xmin_age,
             s.slot_type                                               as slot_type,
             s.plugin::text                                            as plugin,
             s.database::text                                          as database,
             s.temporary                                               as temporary,
             s.active_pid::int8                                        as active_pid,
             s.wal_status                                              as wal_status,${inactivity}
        from pg_replication_slots s,
             (select case when pg_is_in_recovery()
                          then coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
                          else pg_current_wal_lsn() end as lsn) as here
       order by retained_bytes desc nulls last`

export const slots = {
  summary: 'Replication slots: whether used, and what they hold back.',
  scope: 'instance',
  role: 'any',
  every: '30s',
  timeout: '2s',
  retention: '30d',
  maxRows: 200,
  sql: { 13: select(beforeSeventeen), 17: select(sinceSeventeen) },
  labels: { slot: 'postgresql.replication.slot' },
  metrics: {
    'postgresql.replication.slot.active': {
      kind: 'gauge',
      unit: '{slot}',
      description: '1 while something streams from the slot, else 0.',
      columns: { active: {} },
    },
    'postgresql.replication.slot.retained': {
      kind: 'gauge',
      unit: 'By',
      description: 'WAL kept because the slot has not consumed it.',
      columns: { retained_bytes: {} },
    },
    'postgresql.replication.slot.unconfirmed': {
      kind: 'gauge',
      unit: 'By',
      description: 'WAL that the consumer of a logical slot has not confirmed.',
      columns: { unconfirmed_bytes: {} },
    },
    'postgresql.replication.slot.safe': {
      kind: 'gauge',
      unit: 'By',
      description:
        'WAL that can still be written before the slot may be lost; absent without max_slot_wal_keep_size.',
      columns: { safe_bytes: {} },
    },
    'postgresql.replication.slot.age': {
      kind: 'gauge',
      unit: '{transaction}',
      description: 'Transactions that VACUUM must respect because of the slot.',
      columns: { xmin_age: { type: 'xmin' }, catalog_xmin_age: { type: 'catalog_xmin' } },
    },
  },
  details: {
    slot_type: 'text',
    plugin: 'text',
    database: 'text',
    temporary: 'bool',
    active_pid: 'int8',
    wal_status: 'text',
    inactive_since: 'timestamptz',
    inactive_seconds: 'float8',
    invalidation_reason: 'text',
  },
} satisfies Probe

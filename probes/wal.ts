import type { Probe } from './probe.ts'

export const wal = {
  summary: 'Write-ahead log: position, and what is written.',
  scope: 'instance',
  role: 'any',
  every: '60s',
  timeout: '2s',
  retention: '30d',
  maxRows: 1,
  sql: {
    13: `
      select case when pg_is_in_recovery()
                  then pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')
                  else pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') end::float8
                                                       as position_bytes,
             null::float8                              as records,
             null::float8                              as full_page_images,
             null::float8                              as written_bytes,
             null::float8                              as buffers_full,
             null::float8                              as writes,
             null::float8                              as syncs,
             null::float8                              as write_seconds,
             null::float8                              as sync_seconds,
             null::timestamptz                         as since`,
    14: `
      select case when pg_is_in_recovery()
                  then pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')
                  else pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') end::float8
                                                       as position_bytes,
             wal_records::float8                       as records,
             wal_fpi::float8                           as full_page_images,
             wal_bytes::float8                         as written_bytes,
             wal_buffers_full::float8                  as buffers_full,
             wal_write::float8                         as writes,
             wal_sync::float8                          as syncs,
             wal_write_time / 1000                     as write_seconds,
             wal_sync_time / 1000                      as sync_seconds,
             stats_reset                               as since
        from pg_stat_wal`,
    18: `
      select case when pg_is_in_recovery()
                  then pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')
                  else pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') end::float8
                                                       as position_bytes,
             w.wal_records::float8                     as records,
             w.wal_fpi::float8                         as full_page_images,
             w.wal_bytes::float8                       as written_bytes,
             w.wal_buffers_full::float8                as buffers_full,
             io.writes                                 as writes,
             io.fsyncs                                 as syncs,
             io.write_time / 1000                      as write_seconds,
             io.fsync_time / 1000                      as sync_seconds,
             greatest(w.stats_reset, io.stats_reset)   as since
        from pg_stat_wal w,
             (select sum(writes)::float8 as writes, sum(fsyncs)::float8 as fsyncs,
                     sum(write_time)     as write_time, sum(fsync_time) as fsync_time,
                     max(stats_reset)    as stats_reset
                from pg_stat_io
               where object = 'wal' and context = 'normal') as io`,
  },
  labels: {},
  since: 'since',
  metrics: {
    'postgresql.wal.position': {
      kind: 'gauge',
      unit: 'By',
      description:
        'WAL position as a number of bytes: written on a primary, replayed on a standby.',
      columns: { position_bytes: {} },
    },
    'postgresql.wal.records': {
      kind: 'counter',
      unit: '{record}',
      description: 'WAL records generated.',
      columns: { records: {} },
    },
    'postgresql.wal.full_page_images': {
      kind: 'counter',
      unit: '{image}',
      description: 'Full page images generated.',
      columns: { full_page_images: {} },
    },
    'postgresql.wal.written': {
      kind: 'counter',
      unit: 'By',
      description: 'WAL generated.',
      columns: { written_bytes: {} },
    },
    'postgresql.wal.buffers_full': {
      kind: 'counter',
      unit: '{write}',
      description: 'Writes forced because the WAL buffers were full.',
      columns: { buffers_full: {} },
    },
    'postgresql.wal.operations': {
      kind: 'counter',
      unit: '{operation}',
      description: 'Writes and syncs of WAL files.',
      columns: { writes: { operation: 'write' }, syncs: { operation: 'sync' } },
    },
    'postgresql.wal.io.time': {
      kind: 'counter',
      unit: 's',
      description: 'Time of writes and syncs of WAL files; counted with track_wal_io_timing only.',
      columns: { write_seconds: { operation: 'write' }, sync_seconds: { operation: 'sync' } },
    },
  },
} satisfies Probe

import type { Probe } from './probe.ts'

const sinceFourteen = `
             s.sessions::float8                         as sessions_established,
             s.sessions_abandoned::float8               as sessions_abandoned,
             s.sessions_fatal::float8                   as sessions_fatal,
             s.sessions_killed::float8                  as sessions_killed,
             s.session_time / 1000                      as session_seconds,
             s.active_time / 1000                       as active_seconds,
             s.idle_in_transaction_time / 1000          as idle_in_transaction_seconds,`

const beforeFourteen = `
             null::float8                               as sessions_established,
             null::float8                               as sessions_abandoned,
             null::float8                               as sessions_fatal,
             null::float8                               as sessions_killed,
             null::float8                               as session_seconds,
             null::float8                               as active_seconds,
             null::float8                               as idle_in_transaction_seconds,`

const select = (sessions: string) => `
      select s.datname::text                            as database,
             s.numbackends::float8                      as backends,
             s.xact_commit::float8                      as commits,
             s.xact_rollback::float8                    as rollbacks,
             s.blks_hit::float8                         as blocks_hit,
             s.blks_read::float8                        as blocks_read,
             s.blk_read_time / 1000                     as read_seconds,
             s.blk_write_time / 1000                    as write_seconds,
             s.tup_returned::float8                     as rows_returned,
             s.tup_fetched::float8                      as rows_fetched,
             s.tup_inserted::float8                     as rows_inserted,
             s.tup_updated::float8                      as rows_updated,
             s.tup_deleted::float8                      as rows_deleted,
             s.temp_files::float8                       as temp_files,
             s.temp_bytes::float8                       as temp_bytes,
             s.deadlocks::float8                        as deadlocks,
             s.conflicts::float8                        as conflicts,
             s.checksum_failures::float8                as checksum_failures,${sessions}
             s.stats_reset                              as since
        from pg_stat_database s
        join pg_database d on d.oid = s.datid and not d.datistemplate
       order by s.xact_commit + s.xact_rollback desc`

export const databases = {
  summary: 'Transactions, blocks, rows, temporary files and sessions of each database.',
  scope: 'instance',
  role: 'any',
  every: '30s',
  timeout: '2s',
  retention: '30d',
  maxRows: 500,
  sql: { 13: select(beforeFourteen), 14: select(sinceFourteen) },
  labels: { database: 'db.namespace' },
  since: 'since',
  metrics: {
    'postgresql.backends': {
      kind: 'gauge',
      unit: '{backend}',
      description: 'Server processes connected to the database.',
      columns: { backends: {} },
    },
    'postgresql.commits': {
      kind: 'counter',
      unit: '{commit}',
      description: 'Transactions committed.',
      columns: { commits: {} },
    },
    'postgresql.rollbacks': {
      kind: 'counter',
      unit: '{rollback}',
      description: 'Transactions rolled back.',
      columns: { rollbacks: {} },
    },
    'postgresql.blks_hit': {
      kind: 'counter',
      unit: '{blks_hit}',
      description: 'Blocks found in the buffer cache.',
      columns: { blocks_hit: {} },
    },
    'postgresql.blks_read': {
      kind: 'counter',
      unit: '{blks_read}',
      description: 'Blocks asked of the operating system.',
      columns: { blocks_read: {} },
    },
    'postgresql.block.io.time': {
      kind: 'counter',
      unit: 's',
      description: 'Time spent on data files; counted with track_io_timing only.',
      columns: { read_seconds: { operation: 'read' }, write_seconds: { operation: 'write' } },
    },
    'postgresql.tup_returned': {
      kind: 'counter',
      unit: '{tup_returned}',
      description: 'Live rows fetched by sequential scans and index entries returned.',
      columns: { rows_returned: {} },
    },
    'postgresql.tup_fetched': {
      kind: 'counter',
      unit: '{tup_fetched}',
      description: 'Live rows fetched by index scans.',
      columns: { rows_fetched: {} },
    },
    'postgresql.tup_inserted': {
      kind: 'counter',
      unit: '{tup_inserted}',
      description: 'Rows inserted.',
      columns: { rows_inserted: {} },
    },
    'postgresql.tup_updated': {
      kind: 'counter',
      unit: '{tup_updated}',
      description: 'Rows updated.',
      columns: { rows_updated: {} },
    },
    'postgresql.tup_deleted': {
      kind: 'counter',
      unit: '{tup_deleted}',
      description: 'Rows deleted.',
      columns: { rows_deleted: {} },
    },
    'postgresql.temp_files': {
      kind: 'counter',
      unit: '{temp_file}',
      description: 'Temporary files created by queries.',
      columns: { temp_files: {} },
    },
    'postgresql.temp.io': {
      kind: 'counter',
      unit: 'By',
      description: 'Data written to temporary files by queries.',
      columns: { temp_bytes: {} },
    },
    'postgresql.deadlocks': {
      kind: 'counter',
      unit: '{deadlock}',
      description: 'Deadlocks detected.',
      columns: { deadlocks: {} },
    },
    'postgresql.recovery.conflicts': {
      kind: 'counter',
      unit: '{conflict}',
      description: 'Queries cancelled because of conflicts with recovery (standbys).',
      columns: { conflicts: {} },
    },
    'postgresql.checksum.failures': {
      kind: 'counter',
      unit: '{failure}',
      description: 'Data page checksum failures; absent where checksums are off.',
      columns: { checksum_failures: {} },
    },
    'postgresql.session.count': {
      kind: 'counter',
      unit: '{session}',
      description: 'Sessions, established and ended abnormally (PostgreSQL 14 and newer).',
      columns: {
        sessions_established: { outcome: 'established' },
        sessions_abandoned: { outcome: 'abandoned' },
        sessions_fatal: { outcome: 'fatal' },
        sessions_killed: { outcome: 'killed' },
      },
    },
    'postgresql.session.time': {
      kind: 'counter',
      unit: 's',
      description: 'Time of sessions, all and by what they did (PostgreSQL 14 and newer).',
      columns: {
        session_seconds: { state: 'all' },
        active_seconds: { state: 'active' },
        idle_in_transaction_seconds: { state: 'idle in transaction' },
      },
    },
  },
} satisfies Probe

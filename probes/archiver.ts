import type { Probe } from './probe.ts'

/** The waiting files are counted only where archiving is on: it reads a folder. */
export const archiver = {
  summary: 'WAL archiving: what succeeded, what failed, what waits.',
  scope: 'instance',
  role: 'any',
  every: '30s',
  timeout: '2s',
  retention: '30d',
  maxRows: 1,
  sql: {
    13: `
      select a.archived_count::float8                                  as archived_files,
             a.failed_count::float8                                    as failed_attempts,
             case when mode.archiving
                  then (select count(*) from pg_ls_archive_statusdir() where name like '%.ready') end::float8
                                                                       as ready_files,
             case when mode.archiving
                  then greatest(0, extract(epoch from now() - a.last_archived_time)) end::float8
                                                                       as archived_age_seconds,
             a.stats_reset                                             as since,
             mode.archiving                                            as archiving,
             a.last_archived_wal                                       as last_archived_wal,
             a.last_archived_time                                      as last_archived_at,
             a.last_failed_wal                                         as last_failed_wal,
             a.last_failed_time                                        as last_failed_at
        from pg_stat_archiver a,
             (select current_setting('archive_mode') = 'always'
                     or (current_setting('archive_mode') = 'on' and not pg_is_in_recovery()) as archiving) as mode`,
  },
  labels: {},
  since: 'since',
  metrics: {
    'postgresql.archiver.files': {
      kind: 'counter',
      unit: '{file}',
      description: 'WAL files archived.',
      columns: { archived_files: {} },
    },
    'postgresql.archiver.failures': {
      kind: 'counter',
      unit: '{attempt}',
      description: 'Failed attempts to archive a WAL file.',
      columns: { failed_attempts: {} },
    },
    'postgresql.archiver.ready': {
      kind: 'gauge',
      unit: '{file}',
      description: 'WAL files that wait to be archived; absent where archiving is off.',
      columns: { ready_files: {} },
    },
    'postgresql.archiver.age': {
      kind: 'gauge',
      unit: 's',
      description: 'Time since a WAL file was archived; absent where archiving is off.',
      columns: { archived_age_seconds: {} },
    },
  },
  details: {
    archiving: 'bool',
    last_archived_wal: 'text',
    last_archived_at: 'timestamptz',
    last_failed_wal: 'text',
    last_failed_at: 'timestamptz',
  },
} satisfies Probe

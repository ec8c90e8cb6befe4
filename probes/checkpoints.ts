import type { Probe } from './probe.ts'

export const checkpoints = {
  summary: 'Checkpoints since the statistics were last reset.',
  scope: 'instance',
  role: 'any',
  every: '60s',
  timeout: '2s',
  retention: '30d',
  maxRows: 1,
  sql: {
    13: `
      select checkpoints_timed::float8                as scheduled,
             checkpoints_req::float8                  as requested,
             checkpoint_write_time / 1000             as write_seconds,
             checkpoint_sync_time / 1000              as sync_seconds,
             buffers_checkpoint
               * current_setting('block_size')::float8 as written_bytes,
             stats_reset                              as since
        from pg_stat_bgwriter`,
    17: `
      select num_timed::float8                        as scheduled,
             num_requested::float8                    as requested,
             write_time / 1000                        as write_seconds,
             sync_time / 1000                         as sync_seconds,
             buffers_written
               * current_setting('block_size')::float8 as written_bytes,
             stats_reset                              as since
        from pg_stat_checkpointer`,
  },
  labels: {},
  since: 'since',
  metrics: {
    'postgresql.bgwriter.checkpoint.count': {
      kind: 'counter',
      unit: '{checkpoint}',
      description: 'Checkpoints, by what caused them.',
      columns: { scheduled: { type: 'scheduled' }, requested: { type: 'requested' } },
    },
    'postgresql.checkpoint.io.time': {
      kind: 'counter',
      unit: 's',
      description: 'Time checkpoints spent writing and syncing files.',
      columns: { write_seconds: { phase: 'write' }, sync_seconds: { phase: 'sync' } },
    },
    'postgresql.checkpoint.written': {
      kind: 'counter',
      unit: 'By',
      description: 'Data written by checkpoints.',
      columns: { written_bytes: {} },
    },
  },
} satisfies Probe

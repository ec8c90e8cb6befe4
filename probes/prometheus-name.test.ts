import { expect, test } from 'vitest'
import { type Probe, probes, prometheusLabel, prometheusName } from './index.ts'

// The table of ecosystem conventions: what the stores make of names that are not ours.
test.for([
  ['postgresql.commits', '1', 'counter', 'postgresql_commits_total'],
  ['postgresql.backends', '1', 'gauge', 'postgresql_backends_ratio'],
  ['postgresql.backends', '{backend}', 'gauge', 'postgresql_backends'],
  ['postgresql.bgwriter.duration', 's', 'counter', 'postgresql_bgwriter_duration_seconds_total'],
  ['system.cpu.utilization', '1', 'gauge', 'system_cpu_utilization_ratio'],
  ['x.bytes.received', 'By', 'counter', 'x_bytes_received_total'],
  ['x.total.sent', '{mail}', 'counter', 'x_sent_total'],
  ['x.ratio.hit', '1', 'gauge', 'x_hit_ratio'],
  ['system.cpu.load_average.1m', '{thread}', 'gauge', 'system_cpu_load_average_1m'],
] as const)('%s in %s as %s is %s', ([name, unit, kind, expected]) => {
  expect(prometheusName(name, { unit, kind })).toBe(expected)
})

test.for([
  ['db.namespace', 'db_namespace'],
  ['1st', 'key_1st'],
  ['_own', 'key_own'],
  ['__reserved', '__reserved'],
])('the attribute %s is the label %s', ([attribute, label]) => {
  expect(prometheusLabel(attribute ?? '')).toBe(label)
})

// Dashboards and people's rules rely on these: a change of one is a breaking change.
test('the names of every metric that ships', () => {
  const names = Object.values<Probe>(probes).flatMap((probe) =>
    Object.entries(probe.metrics).map(([name, metric]) => prometheusName(name, metric)),
  )
  expect(names.toSorted().join('\n')).toMatchInlineSnapshot(`
    "postgresql_archiver_age_seconds
    postgresql_archiver_failures_total
    postgresql_archiver_files_total
    postgresql_archiver_ready
    postgresql_backends
    postgresql_bgwriter_checkpoint_count_total
    postgresql_blks_hit_total
    postgresql_blks_read_total
    postgresql_block_io_time_seconds_total
    postgresql_checkpoint_io_time_seconds_total
    postgresql_checkpoint_written_bytes_total
    postgresql_checksum_failures_total
    postgresql_commits_total
    postgresql_connection_blocked
    postgresql_connection_count
    postgresql_connection_max
    postgresql_connection_reserved
    postgresql_connection_time_seconds
    postgresql_database_multixact_age
    postgresql_database_transaction_age
    postgresql_deadlocks_total
    postgresql_filesystem_limit_bytes
    postgresql_filesystem_usage_bytes
    postgresql_recovery_conflicts_total
    postgresql_replication_lag_size_bytes
    postgresql_replication_lag_time_seconds
    postgresql_replication_replay_age_seconds
    postgresql_replication_slot_active
    postgresql_replication_slot_age
    postgresql_replication_slot_retained_bytes
    postgresql_replication_slot_safe_bytes
    postgresql_replication_slot_unconfirmed_bytes
    postgresql_replication_streaming
    postgresql_rollbacks_total
    postgresql_session_count_total
    postgresql_session_time_seconds_total
    postgresql_standby
    postgresql_table_maintenance_count_total
    postgresql_table_rows
    postgresql_table_rows_pending
    postgresql_table_size_estimate_bytes
    postgresql_table_transaction_age
    postgresql_table_vacuum_pressure_ratio
    postgresql_temp_files_total
    postgresql_temp_io_bytes_total
    postgresql_tup_deleted_total
    postgresql_tup_fetched_total
    postgresql_tup_inserted_total
    postgresql_tup_returned_total
    postgresql_tup_updated_total
    postgresql_up
    postgresql_uptime_seconds
    postgresql_wal_buffers_full_total
    postgresql_wal_full_page_images_total
    postgresql_wal_io_time_seconds_total
    postgresql_wal_operations_total
    postgresql_wal_position_bytes
    postgresql_wal_records_total
    postgresql_wal_written_bytes_total
    system_cpu_load_average_15m
    system_cpu_load_average_1m
    system_cpu_load_average_5m
    system_cpu_logical_count
    system_cpu_time_seconds_total
    system_cpu_utilization_ratio
    system_memory_limit_bytes
    system_memory_linux_available_bytes
    system_memory_usage_bytes
    system_paging_usage_bytes
    system_uptime_seconds"
  `)
})

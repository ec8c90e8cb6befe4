import type { Probe } from './probe.ts'

/**
 * One row for each standby or receiver fed by this server and, on a standby, one for its own receiver: always
 * one, so that a missing receiver is seen. Two senders of one name and client get a number after the client.
 */
export const replication = {
  summary: 'Streaming replication: how far each receiver is behind, and what a standby receives.',
  scope: 'instance',
  role: 'any',
  every: '10s',
  timeout: '2s',
  retention: '30d',
  maxRows: 200,
  sql: {
    13: `
      with here as (
        select case when pg_is_in_recovery()
                    then coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
                    else pg_current_wal_lsn() end as lsn
      ), senders as (
        select r.*, coalesce(host(client_addr), 'local') as client,
               row_number() over (partition by application_name, client_addr
                                      order by backend_start, pid) as place
          from pg_stat_replication r
      )
      select 'sender'                                                  as direction,
             s.application_name                                        as application_name,
             s.client || case when place > 1 then ' #' || place else '' end
                                                                       as client,
             pg_wal_lsn_diff(here.lsn, s.sent_lsn)::float8             as sent_lag_bytes,
             pg_wal_lsn_diff(here.lsn, s.write_lsn)::float8            as write_lag_bytes,
             pg_wal_lsn_diff(here.lsn, s.flush_lsn)::float8            as flush_lag_bytes,
             pg_wal_lsn_diff(here.lsn, s.replay_lsn)::float8           as replay_lag_bytes,
             extract(epoch from s.write_lag)::float8                   as write_lag_seconds,
             extract(epoch from s.flush_lag)::float8                   as flush_lag_seconds,
             extract(epoch from s.replay_lag)::float8                  as replay_lag_seconds,
             (s.state = 'streaming')::int::float8                      as streaming,
             null::float8                                              as replay_age_seconds,
             s.pid::int8                                               as pid,
             s.backend_start                                           as started_at,
             s.state                                                   as state,
             s.sync_state                                              as sync_state,
             (select slot_name::text from pg_replication_slots where active_pid = s.pid)
                                                                       as slot,
             s.replay_lsn::text                                        as replay_lsn,
             s.reply_time                                              as heard_at,
             null::bool                                                as replay_paused
        from senders s, here
      union all
      select 'receiver',
             '',
             coalesce(r.sender_host || ':' || r.sender_port, ''),
             null, null, null,
             pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())::float8,
             null, null, null,
             coalesce(r.status = 'streaming', false)::int::float8,
             case when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() and r.status = 'streaming' then 0
                  else extract(epoch from now() - pg_last_xact_replay_timestamp()) end::float8,
             r.pid::int8,
             null,
             coalesce(r.status, 'none'),
             null,
             r.slot_name::text,
             pg_last_wal_replay_lsn()::text,
             r.latest_end_time,
             pg_is_wal_replay_paused()
        from (select pg_is_in_recovery() as standby) as role
        left join pg_stat_wal_receiver r on true
       where role.standby`,
  },
  labels: {
    direction: 'postgresql.replication.direction',
    application_name: 'postgresql.replication.application_name',
    client: 'postgresql.replication.client',
  },
  metrics: {
    'postgresql.replication.lag.size': {
      kind: 'gauge',
      unit: 'By',
      description: 'WAL that the receiver has not yet been sent, written, flushed or replayed.',
      columns: {
        sent_lag_bytes: { operation: 'send' },
        write_lag_bytes: { operation: 'write' },
        flush_lag_bytes: { operation: 'flush' },
        replay_lag_bytes: { operation: 'replay' },
      },
    },
    'postgresql.replication.lag.time': {
      kind: 'gauge',
      unit: 's',
      description:
        'Time between the flush of recent WAL here and its write, flush or replay there.',
      columns: {
        write_lag_seconds: { operation: 'write' },
        flush_lag_seconds: { operation: 'flush' },
        replay_lag_seconds: { operation: 'replay' },
      },
    },
    'postgresql.replication.streaming': {
      kind: 'gauge',
      unit: '{stream}',
      description: '1 while WAL streams, else 0.',
      columns: { streaming: {} },
    },
    'postgresql.replication.replay.age': {
      kind: 'gauge',
      unit: 's',
      description:
        'On a standby: age of the newest replayed transaction, 0 when all received WAL is replayed.',
      columns: { replay_age_seconds: {} },
    },
  },
  details: {
    pid: 'int8',
    started_at: 'timestamptz',
    state: 'text',
    sync_state: 'text',
    slot: 'text',
    replay_lsn: 'text',
    heard_at: 'timestamptz',
    replay_paused: 'bool',
  },
} satisfies Probe

import type { Sql } from '../../api/repository/index.ts'

/** A share of the instances, the same each time, that have each kind of trouble. */
const troubled = 100

/** Fills the newest rows of a fleet of `instances` servers on a tenth as many hosts; one in a hundred is in trouble. */
export async function fillFleet(sql: Sql, instances: number): Promise<void> {
  await sql`insert into pem.host (machine_id, name) select 'm' || n, 'host-' || n from generate_series(1, ${instances / 10}::int) n`
  await sql`
    insert into pem.agent (id, name, host_id)
    select gen_random_uuid(), name, id from pem.host`
  await sql`
    insert into pem.instance (name, agent_id, host_id, address, port, database_name, user_name)
    select 'server-' || n, a.id, a.host_id, 'server-' || n, 5432, 'postgres', 'monitor'
      from generate_series(1, ${instances}::int) n
      join pem.agent a on a.name = 'host-' || (1 + n % ${instances / 10}::int)`
  await sql`
    insert into pemdata.agent (agent_id, collected_at, version, started_at, worker_restarts, spool_bytes,
                               spool_oldest_seconds, dropped_samples, clock_skew_seconds)
    select id, now(), '1', now(), 0, 0, 0, 0, 0 from pem.agent`
  for (const statement of rowsPerInstance) await sql.unsafe(statement)
  await sql`
    insert into pemdata.probe_run (probe, instance_id, agent_id, collected_at, ok, duration_seconds, row_count,
                                   consecutive_failures, last_ok_at)
    select probe, i.id, i.agent_id, now(), true, 0.001, 1, 0, now()
      from pem.instance i,
           unnest(array['instance', 'connections', 'sessions', 'blocking', 'databases', 'replication', 'slots', 'archiver',
                        'checkpoints', 'wal', 'tables', 'wraparound', 'filesystems']) as probe`
  await sql`vacuum analyze`
}

const rowsPerInstance = [
  `insert into pemdata.instance (instance_id, collected_at, state, up, in_recovery, started_at, max_connections,
                                 reserved_connections)
   select id, now(), case when id % ${troubled} = 1 then 'down' else 'up' end, 1, false, now() - interval '3 days', 100, 3
     from pem.instance`,
  `insert into pemdata.connections (instance_id, collected_at, database, state, count, blocked)
   select id, now(), d.name, s.name, case when id % ${troubled} = 2 then 18 else 2 end, 0
     from pem.instance, unnest(array['app', 'shop', 'postgres']) as d(name), unnest(array['active', 'idle']) as s(name)`,
  `insert into pemdata.sessions (instance_id, collected_at, pid, backend_start, database, user_name, application_name,
                                 backend_type, state, idle_seconds, transaction_seconds, blocked, query)
   select id, now(), 1000 + n, now() - interval '1 hour', 'app', 'app', 'web', 'client backend',
          case when n < 4 then 'idle in transaction' else 'active' end,
          case when n = 1 and id % ${troubled} = 3 then 1000 when n < 4 then 1 else 0 end, 5, false,
          repeat('select something from somewhere ', 8)
     from pem.instance, generate_series(1, 20) n`,
  `insert into pemdata.blocking (instance_id, collected_at, waiter_pid, waiter_backend_start, blocker_pid,
                                 blocker_backend_start, root_pid, root_backend_start, waited_seconds, lock_type, mode,
                                 relation, database, waiter_user, blocker_user, blocker_state)
   select id, now(), 2000 + n, now() - interval '1 hour', 1001, now() - interval '1 hour', 1001,
          now() - interval '1 hour', case when id % ${troubled} = 4 then 90 else 1 end, 'relation',
          'AccessExclusiveLock', 'public.orders', 'app', 'app', 'app', 'idle in transaction'
     from pem.instance, generate_series(1, 8) n
    where id % 10 = 4`,
  `insert into pemdata.slots (instance_id, collected_at, slot, active, retained_bytes, temporary)
   select id, now(), 'slot_' || n, case when id % ${troubled} = 5 then 0 else 1 end, 1e6, false
     from pem.instance, generate_series(1, 2) n`,
  `insert into pemdata.archiver (instance_id, collected_at, archiving, last_archived_at, last_failed_at, ready_files)
   select id, now(), true, now() - interval '1 minute',
          case when id % ${troubled} = 6 then now() - interval '10 seconds' end, 1
     from pem.instance`,
  `insert into pemdata.wraparound (instance_id, collected_at, database, xid_age, mxid_age)
   select id, now(), 'db_' || n, case when id % ${troubled} = 7 then 1.4e9 else 1.5e8 end, 5
     from pem.instance, generate_series(1, 4) n`,
  `insert into pemdata.filesystems (instance_id, collected_at, role, name, mountpoint, total_bytes, used_bytes,
                                    available_bytes)
   select id, now(), role, '', '/' || role, 1e12, case when id % ${troubled} = 8 then 9.5e11 else 4e11 end,
          case when id % ${troubled} = 8 then 5e10 else 6e11 end
     from pem.instance, unnest(array['data', 'wal']) as role`,
]

/** A new sample of everything: the same values at a later time, as most samples are. */
export async function sampleAgain(sql: Sql, probes: readonly string[], at: Date): Promise<void> {
  for (const probe of probes) {
    await sql`update ${sql(`pemdata.${probe}`)} set collected_at = ${at}`
  }
  await sql`update pemdata.probe_run set collected_at = ${at}, last_ok_at = ${at}`
  await sql`update pemdata.agent set collected_at = ${at}`
}

/** Brings trouble to the waiters of one instance in fifty, or takes it away again. */
export async function changeSome(sql: Sql, isTroubled: boolean): Promise<void> {
  await sql`
    update pemdata.blocking set waited_seconds = ${isTroubled ? 400 : 1}
     where instance_id % ${troubled} = 14 or instance_id % ${troubled} = 24`
}

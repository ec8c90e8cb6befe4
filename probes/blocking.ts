import type { Probe } from './probe.ts'

const waitStart = 'coalesce(l.waitstart, w.query_start)'

const edges = `
  with recursive waiting as materialized (
    select pid, query_start from pg_stat_activity
     where wait_event_type = 'Lock' order by query_start limit 200
  ), activity as materialized (
    select * from pg_stat_activity where exists (select from waiting)
  ), locks as materialized (
    select * from pg_locks
     where (not granted or locktype = 'tuple') and exists (select from waiting)
  ), waits as materialized (
    select w.pid as waiter, b.pid as blocker
      from waiting w, lateral (select distinct unnest(pg_blocking_pids(w.pid)) as pid) b
  ), requests as materialized (
    select distinct on (w.pid) w.pid, l.locktype, l.mode,
           ${waitStart} as started_at,
           place.relation,
           place.database in (0, here.oid) as is_here
      from waiting w
      join locks l on l.pid = w.pid and not l.granted
      left join lateral (select t.relation, t.database from locks t
                          where t.pid = w.pid and t.relation is not null
                          order by t.granted limit 1) place on true,
           (select oid from pg_database where datname = current_database()) as here
  ), steps as materialized (
    select distinct on (e.waiter) e.waiter, e.blocker, r.pid is null as is_root
      from waits e
      left join requests r on r.pid = e.blocker and exists (select from waits d where d.waiter = e.blocker)
     order by e.waiter, r.pid is not null, r.started_at, e.blocker
  ), walk (start, at, is_root, depth) as (
    select waiter, blocker, is_root, 1 from steps
    union all
    select w.start, s.blocker, s.is_root, w.depth + 1
      from walk w join steps s on s.waiter = w.at
     where not w.is_root and w.depth < 200
  ), edges as (
    select e.waiter, e.blocker,
           case when b.waiter is null then e.blocker
                else (select w.at from walk w where w.start = e.blocker and w.is_root limit 1) end as root
      from waits e
      join steps s on s.waiter = e.waiter
      left join steps b on b.waiter = e.blocker
     where b.waiter is null or e.blocker = s.blocker
  )
  select e.waiter::int8                                                as waiter_pid,
         w.backend_start                                               as waiter_backend_start,
         e.blocker::int8                                               as blocker_pid,
         b.backend_start                                               as blocker_backend_start,
         e.root::int8                                                  as root_pid,
         root.backend_start                                            as root_backend_start,
         greatest(0, extract(epoch from clock_timestamp() - r.started_at))::float8
                                                                       as waited_seconds,
         r.started_at                                                  as wait_started_at,
         r.locktype                                                    as lock_type,
         r.mode                                                        as mode,
         case when r.is_here then r.relation::regclass::text
              else 'relation ' || r.relation end                       as relation,
         w.datname::text                                               as database,
         w.usename::text                                               as waiter_user,
         w.application_name                                            as waiter_application,
         case when octet_length(w.query) > 4000 then left(w.query, 1000) else w.query end
                                                                       as waiter_query,
         b.usename::text                                               as blocker_user,
         b.application_name                                            as blocker_application,
         case when e.blocker = 0 then 'prepared transaction' else b.state end
                                                                       as blocker_state,
         case when b.state <> 'active'
              then greatest(0, extract(epoch from clock_timestamp() - b.state_change))
              else 0 end::float8                                       as blocker_idle_seconds,
         case when octet_length(b.query) > 4000 then left(b.query, 1000) else b.query end
                                                                       as blocker_query
    from edges e
    join activity w on w.pid = e.waiter
    join requests r on r.pid = e.waiter
    left join activity b on b.pid = e.blocker
    left join activity root on root.pid = e.root
   order by waited_seconds desc, e.waiter, e.blocker
   limit 501`

/**
 * Who waits for whom. Of a waiter's blockers that wait themselves only the first in the queue is kept: in a
 * queue of n sessions pg_blocking_pids() names n²/2 pairs that say nothing more. It is called for waiters only, and without
 * any the query ends with one look at the sessions.
 */
export const blocking = {
  summary: 'Sessions that wait for a lock, and the sessions that hold it.',
  scope: 'instance',
  role: 'any',
  every: '5s',
  timeout: '2s',
  retention: '14d',
  maxRows: 500,
  sql: {
    // pg_locks.waitstart came with 14; before it, a query that waits has waited since its start at most.
    13: edges.replace(waitStart, 'w.query_start'),
    14: edges,
  },
  labels: {},
  key: ['waiter_pid', 'blocker_pid'],
  metrics: {},
  details: {
    waiter_pid: 'int8',
    waiter_backend_start: 'timestamptz',
    blocker_pid: 'int8',
    blocker_backend_start: 'timestamptz',
    root_pid: 'int8',
    root_backend_start: 'timestamptz',
    waited_seconds: 'float8',
    wait_started_at: 'timestamptz',
    lock_type: 'text',
    mode: 'text',
    relation: 'text',
    database: 'text',
    waiter_user: 'text',
    waiter_application: 'text',
    waiter_query: 'text',
    blocker_user: 'text',
    blocker_application: 'text',
    blocker_state: 'text',
    blocker_idle_seconds: 'float8',
    blocker_query: 'text',
  },
} satisfies Probe

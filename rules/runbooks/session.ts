import type { Runbook } from '../runbook.ts'

/** What names one session for good: a process id alone is given to another session sooner or later. */
export const sessionParameters = {
  pid: { type: 'integer', description: "The session's process id." },
  backend_start: {
    type: 'timestamp',
    description: 'When the session began, as pg_stat_activity shows it, with its fraction.',
  },
} satisfies Runbook['parameters']

/**
 * The victim as `victim`, with `problem`. `backend_start` is passed through text since clients cut a timestamp
 * parameter to milliseconds; for the same reason a difference below one is the same session.
 */
export const victim = `
  with victim as materialized (
    select a.*,
           case
             when a.backend_start is null then format(
               'Role %I may not see this session. Mend it with: GRANT pg_read_all_stats TO %1$I;', current_user)
             when a.backend_type <> 'client backend' then format(
               'Process %s is a %s of the server, not a session of a client.', a.pid, a.backend_type)
             when a.pid = pg_catalog.pg_backend_pid() or a.application_name like 'trunkline\\_agent/%' then
               'This is a session of Trunkline itself.'
             when (select r.rolsuper from pg_catalog.pg_roles r where r.oid = a.usesysid)
              and not (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user) then format(
               'The session belongs to superuser %I, which only a superuser may stop.', a.usename)
             when not pg_catalog.pg_has_role('pg_signal_backend', 'usage')
              and not pg_catalog.pg_has_role(a.usesysid, 'usage') then format(
               'Role %I may not stop sessions. Mend it with: GRANT pg_signal_backend TO %1$I;', current_user)
           end as problem
      from pg_catalog.pg_stat_activity a
     where a.pid = $pid::int
       and (a.backend_start is null
            or abs(extract(epoch from a.backend_start - $backend_start::text::timestamptz)) < 0.001)
  )`

/**
 * What a person needs in order to decide. `left` fails on text that ends within a character, as it may in a database
 * without an encoding (18.2 and later); 500 characters are at most 2000 bytes, so only longer text is cut.
 */
export const victimColumns = `
         pid, backend_start, usename::text as user_name, datname::text as database, application_name,
         client_addr::text as client_address, state,
         round(extract(epoch from clock_timestamp() - state_change)::numeric, 1)::float8 as state_seconds,
         round(extract(epoch from clock_timestamp() - xact_start)::numeric, 1)::float8 as transaction_seconds,
         case when octet_length(query) > 2000 then left(query, 500) else query end as query,
         (select count(*)::int from pg_catalog.pg_stat_activity w
           where w.wait_event_type = 'Lock' and victim.pid = any(pg_catalog.pg_blocking_pids(w.pid))) as blocked_sessions`

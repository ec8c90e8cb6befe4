import type { Probe } from './probe.ts'

/**
 * Sessions that do or hold something: blocked ones first, then by the age of their transaction.
 *
 * Query texts come from databases of any encoding. `left` reads past the end of text that ends within a
 * character (an error since 18.2, garbage before), so only text is cut that cannot end before the cut: 1000
 * characters are at most 4000 bytes.
 */
export const sessions = {
  summary: 'Sessions that run, wait, or hold a transaction or a snapshot.',
  scope: 'instance',
  role: 'any',
  every: '10s',
  timeout: '2s',
  retention: '14d',
  maxRows: 200,
  sql: {
    13: `
      select pid::int8                                                     as pid,
             backend_start,
             datname::text                                                 as database,
             usename::text                                                 as user_name,
             application_name,
             coalesce(host(client_addr), case when client_port = -1 then 'local' end)
                                                                           as client_address,
             backend_type,
             state,
             wait_event_type,
             wait_event,
             xact_start                                                    as xact_started_at,
             query_start                                                   as query_started_at,
             state_change                                                  as state_changed_at,
             case when state like 'idle in transaction%'
                  then greatest(0, extract(epoch from clock_timestamp() - state_change))
                  else 0 end::float8                                       as idle_seconds,
             greatest(0, extract(epoch from clock_timestamp() - xact_start))::float8
                                                                           as transaction_seconds,
             case when state = 'active'
                  then greatest(0, extract(epoch from clock_timestamp() - query_start)) end::float8
                                                                           as query_seconds,
             age(backend_xmin)::int8                                       as backend_xmin_age,
             coalesce(wait_event_type = 'Lock', false)                     as blocked,
             case when octet_length(query) > 4000 then left(query, 1000) else query end
                                                                           as query
        from pg_stat_activity
       where pid <> pg_backend_pid()
         and backend_start is not null
         and (backend_type in ('client backend', 'autovacuum worker', 'walsender', 'parallel worker')
              or xact_start is not null)
         and (state <> 'idle' or backend_xmin is not null or backend_type <> 'client backend')
       order by wait_event_type = 'Lock' desc nulls last,
                state like 'idle in transaction%' desc nulls last,
                xact_start nulls last,
                pid
       limit 201`,
  },
  labels: {},
  key: ['pid', 'backend_start'],
  metrics: {},
  details: {
    pid: 'int8',
    backend_start: 'timestamptz',
    database: 'text',
    user_name: 'text',
    application_name: 'text',
    client_address: 'text',
    backend_type: 'text',
    state: 'text',
    wait_event_type: 'text',
    wait_event: 'text',
    xact_started_at: 'timestamptz',
    query_started_at: 'timestamptz',
    state_changed_at: 'timestamptz',
    idle_seconds: 'float8',
    transaction_seconds: 'float8',
    query_seconds: 'float8',
    backend_xmin_age: 'int8',
    blocked: 'bool',
    query: 'text',
  },
} satisfies Probe

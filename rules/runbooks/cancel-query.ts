import type { Runbook } from '../runbook.ts'
import { notSampledSince } from './not-sampled-since.ts'
import { sessionParameters, victim, victimColumns } from './session.ts'

const problem = `coalesce(problem, case when state is distinct from 'active' then format(
           'The session is %s: it runs no query that could be cancelled.', coalesce(state, 'not active')) end)`

export const cancelQuery = {
  summary: "Cancel a session's running query. The session stays; its transaction fails.",
  risk: 'R1',
  parameters: sessionParameters,
  deadline: '10s',
  steps: [
    {
      kind: 'sql',
      says: 'Ask the session to give up its query.',
      preview: `${victim}
  select ${victimColumns},
         ${problem} as problem
    from victim`,
      sql: `${victim}
  select pid, usename::text as user_name, application_name,
         case when ${problem} is null
              then pg_catalog.pg_cancel_backend(pid) else false end as done,
         ${problem} as problem
    from victim`,
    },
  ],
  verify: {
    probe: 'sessions',
    sql: `${notSampledSince('sessions')}
    union all
    select 'the query is still running'
      from pemdata.sessions
     where instance_id = $instance_id::int and pid = $pid::int and state = 'active'
       and abs(extract(epoch from backend_start - $backend_start::text::timestamptz)) < 0.001
       and query_seconds > extract(epoch from collected_at - $finished_at::text::timestamptz)`,
    within: '90s',
  },
} satisfies Runbook

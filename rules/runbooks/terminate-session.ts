import type { Runbook } from '../runbook.ts'
import { notSampledSince } from './not-sampled-since.ts'
import { sessionParameters, victim, victimColumns } from './session.ts'

export const terminateSession = {
  summary:
    "End a client's session. Its open transaction is rolled back and its locks are released.",
  risk: 'R2',
  parameters: sessionParameters,
  deadline: '10s',
  steps: [
    {
      kind: 'sql',
      says: 'End the session.',
      preview: `${victim}
  select ${victimColumns},
         problem
    from victim`,
      sql: `${victim}
  select pid, usename::text as user_name, application_name,
         case when problem is null then pg_catalog.pg_terminate_backend(pid) else false end as done,
         problem
    from victim`,
    },
  ],
  verify: {
    probe: 'sessions',
    sql: `${notSampledSince('sessions')}
    union all
    select 'the session is still there'
      from pemdata.sessions
     where instance_id = $instance_id::int and pid = $pid::int
       and abs(extract(epoch from backend_start - $backend_start::text::timestamptz)) < 0.001`,
    within: '90s',
  },
} satisfies Runbook

import type { Runbook } from '../runbook.ts'
import { notSampledSince } from './not-sampled-since.ts'

export const startInstance = {
  summary:
    'Start a PostgreSQL that is down. One that answers, or a host that does not, is left alone.',
  risk: 'R2',
  parameters: {},
  deadline: '2m',
  steps: [{ kind: 'start', says: "Start it by the command that its agent's host has for it." }],
  verify: {
    probe: 'instance',
    // After a crash it replays its write-ahead log before it lets anybody in.
    sql: `${notSampledSince('instance')}
    union all
    select coalesce(error, state)
      from pemdata.instance
     where instance_id = $instance_id::int and state <> 'up'`,
    within: '5m',
  },
} satisfies Runbook

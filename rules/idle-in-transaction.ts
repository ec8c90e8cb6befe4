import type { Rule } from './rule.ts'

export const idleInTransaction = {
  code: 'B03',
  summary: 'A session sits idle inside an open transaction.',
  area: 'connections',
  reads: ['sessions'],
  scope: 'session',
  role: 'any',
  sql: `
    select instance_id, collected_at, pid, backend_start, database, user_name, application_name, client_address,
           state, transaction_seconds, backend_xmin_age, query,
           case when state like 'idle in transaction%' then idle_seconds else 0 end as value
      from pemdata.sessions`,
  identity: ['instance_id', 'pid', 'backend_start'],
  unit: 's',
  levels: {
    warning: { above: 300, clear: 240, for: '60s' },
    critical: { above: 900, clear: 600, for: '60s' },
  },
  onNoData: 'keep',
  mutedBy: ['instanceDown', 'agentUnreachable'],
  message:
    '{{ user_name }} ({{ application_name }}, pid {{ pid }}) has been idle in a transaction in {{ database }} for {{ value | duration }} on {{ instance }}.',
  evidence: `
    select waiter_pid, waited_seconds, waiter_user, relation, lock_type, waiter_query
      from pemdata.blocking
     where instance_id = $instance_id and blocker_pid = $pid
     order by waited_seconds desc
     limit 20`,
  whatToDo: `
    Find out what the application waits for. While the transaction is open its locks and its snapshot are held: others
    wait behind it and VACUUM cannot remove what it may still see. If nobody can end it there, terminate the session: its
    transaction is rolled back. Lasting cure: idle_in_transaction_session_timeout for the role.`,
  runbooks: [
    { runbook: 'terminateSession', parameters: { pid: 'pid', backend_start: 'backend_start' } },
  ],
  cases: [
    {
      says: 'warns after a minute beyond 300 s and clears once the session moves on, as one episode',
      rows: {
        sessions: [
          {
            at: '0s',
            instance_id: 7,
            pid: 42,
            backend_start: '-3600s',
            state: 'idle in transaction',
            idle_seconds: 310,
          },
          {
            at: '75s',
            instance_id: 7,
            pid: 42,
            backend_start: '-3600s',
            state: 'idle',
            idle_seconds: 0,
          },
        ],
      },
      expect: { '0s': 'pending', '60s': 'warning', '75s': 'normal' },
    },
    {
      says: 'becomes critical within the same episode, and clears when the session is gone',
      rows: {
        sessions: [
          {
            at: '0s',
            instance_id: 7,
            pid: 42,
            backend_start: '-3600s',
            state: 'idle in transaction',
            idle_seconds: 600,
          },
          {
            at: '120s',
            instance_id: 7,
            pid: 42,
            backend_start: '-3600s',
            state: 'idle in transaction',
            idle_seconds: 901,
          },
        ],
      },
      empty: { sessions: ['200s'] },
      expect: { '60s': 'warning', '120s': 'warning', '180s': 'critical', '200s': 'normal' },
    },
    {
      says: 'does not fire for a session that is merely idle, nor for another with the same pid later',
      rows: {
        sessions: [
          {
            at: '0s',
            instance_id: 7,
            pid: 42,
            backend_start: '-90000s',
            state: 'idle',
            idle_seconds: 90_000,
          },
          {
            at: '30s',
            instance_id: 7,
            pid: 42,
            backend_start: '20s',
            state: 'idle in transaction',
            idle_seconds: 5,
          },
        ],
      },
      expect: { '0s': 'normal', '60s': 'normal' },
    },
    {
      says: 'keeps the alert while the agent is away, since the session may well be there',
      rows: {
        sessions: [
          {
            at: '0s',
            instance_id: 7,
            pid: 42,
            backend_start: '-3600s',
            state: 'idle in transaction',
            idle_seconds: 400,
          },
        ],
      },
      stops: { sessions: '75s', agent: '75s' },
      expect: { '70s': 'warning', '900s': 'warning' },
    },
  ],
} satisfies Rule

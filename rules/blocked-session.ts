import { endTheRoot, tenWaitsForNine } from './blocking-chain.ts'
import type { Rule } from './rule.ts'

export const blockedSession = {
  code: 'C01',
  summary: 'A session waits long for a lock that another session holds.',
  area: 'locks',
  reads: ['blocking'],
  scope: 'session',
  role: 'any',
  // One row per waiter: its longest edge, and the root of the chain, which is what has to move.
  sql: `
    select distinct on (edge.instance_id, edge.waiter_pid, edge.waiter_backend_start)
           edge.instance_id, edge.collected_at, edge.waiter_pid, edge.waiter_backend_start, edge.database,
           edge.waiter_user, edge.waiter_application, edge.waiter_query, edge.lock_type, edge.mode, edge.relation,
           coalesce(edge.relation, 'a ' || edge.lock_type || ' lock') as waits_for,
           edge.root_pid, edge.root_backend_start,
           root.blocker_user as root_user, root.blocker_application as root_application,
           root.blocker_state as root_state, root.blocker_query as root_query,
           case when root.blocker_state = 'active' then edge.root_pid end as cancel_pid,
           case when root.blocker_state like 'idle in transaction%' then edge.root_pid end as terminate_pid,
           edge.waited_seconds as value
      from pemdata.blocking edge
      left join pemdata.blocking root
             on root.instance_id = edge.instance_id and root.blocker_pid = edge.root_pid
     order by edge.instance_id, edge.waiter_pid, edge.waiter_backend_start, edge.waited_seconds desc`,
  identity: ['instance_id', 'waiter_pid', 'waiter_backend_start'],
  unit: 's',
  levels: {
    warning: { above: 60, clear: 60, for: '0s' },
    critical: { above: 300, clear: 300, for: '0s' },
  },
  onNoData: 'keep',
  mutedBy: ['instanceDown', 'agentUnreachable', 'rootBlocker'],
  message:
    '{{ waiter_user }} (pid {{ waiter_pid }}) has waited {{ value | duration }} for {{ waits_for }}, held by pid {{ root_pid }} ({{ root_user }}, {{ root_state }}) on {{ instance }}.',
  evidence: `
    select waiter_pid, blocker_pid, waited_seconds, waiter_user, blocker_user, blocker_state, lock_type, mode, relation,
           waiter_query, blocker_query
      from pemdata.blocking
     where instance_id = $instance_id and root_pid = $root_pid
     order by (blocker_pid = $root_pid) desc, waited_seconds desc
     limit 20`,
  whatToDo: `
    Look at the root blocker. Idle in transaction: its application has stopped between statements; terminate it if nobody can
    end it there. Active: it works; wait, or cancel its query. If it is a migration (ALTER, LOCK), everybody queues behind
    it: cancel it, and run it again with a lock_timeout.`,
  runbooks: endTheRoot,
  cases: [
    {
      says: 'warns at once when the wait passes a minute, and clears when it is over',
      rows: {
        blocking: [
          { ...tenWaitsForNine, blocker_state: 'idle in transaction', waited_seconds: 55 },
          {
            ...tenWaitsForNine,
            at: '10s',
            blocker_state: 'idle in transaction',
            waited_seconds: 65,
          },
        ],
      },
      empty: { blocking: ['30s'] },
      expect: { '0s': 'normal', '10s': 'warning', '30s': 'normal' },
    },
    {
      says: 'takes the longest edge of a waiter with two blockers, and grows critical',
      rows: {
        blocking: [
          { ...tenWaitsForNine, waited_seconds: 10 },
          { ...tenWaitsForNine, blocker_pid: 8, root_pid: 8, waited_seconds: 310 },
        ],
      },
      expect: { '0s': 'critical' },
    },
    {
      says: 'does not fire for waits of seconds',
      rows: { blocking: [{ ...tenWaitsForNine, waited_seconds: 59.9 }] },
      expect: { '0s': 'normal', '60s': 'normal' },
    },
  ],
} satisfies Rule

import { endTheRoot, tenWaitsForNine } from './blocking-chain.ts'
import type { Rule } from './rule.ts'

export const rootBlocker = {
  code: 'C02',
  summary: 'One session blocks many others, directly or through them.',
  area: 'locks',
  reads: ['blocking'],
  scope: 'session',
  role: 'any',
  sql: `
    select instance_id, max(collected_at) as collected_at, root_pid, root_backend_start,
           max(blocker_user) filter (where blocker_pid = root_pid) as root_user,
           max(blocker_application) filter (where blocker_pid = root_pid) as root_application,
           max(blocker_state) filter (where blocker_pid = root_pid) as root_state,
           max(blocker_query) filter (where blocker_pid = root_pid) as root_query,
           max(root_pid) filter (where blocker_pid = root_pid and blocker_state = 'active') as cancel_pid,
           max(root_pid) filter (where blocker_pid = root_pid and blocker_state like 'idle in transaction%') as terminate_pid,
           max(waited_seconds) as longest_wait_seconds,
           count(distinct waiter_pid)::float8 as value
      from pemdata.blocking
     where root_pid is not null
     group by instance_id, root_pid, root_backend_start`,
  identity: ['instance_id', 'root_pid', 'root_backend_start'],
  unit: '{session}',
  levels: {
    warning: { above: 5, clear: 3, for: '30s' },
    critical: { above: 20, clear: 15, for: '30s' },
  },
  onNoData: 'keep',
  mutedBy: ['instanceDown', 'agentUnreachable'],
  message:
    'pid {{ root_pid }} ({{ root_user }}, {{ root_state }}) blocks {{ value | count }} sessions on {{ instance }}, the longest for {{ longest_wait_seconds | duration }}.',
  evidence: `
    with recursive tree as (
      select 1 as depth, waiter_pid, waiter_backend_start, blocker_pid, waited_seconds, waiter_user, relation, mode,
             waiter_query, array[blocker_pid, waiter_pid] as path
        from pemdata.blocking
       where instance_id = $instance_id and blocker_pid = $root_pid and root_pid = $root_pid
       union all
      select tree.depth + 1, edge.waiter_pid, edge.waiter_backend_start, edge.blocker_pid, edge.waited_seconds,
             edge.waiter_user, edge.relation, edge.mode, edge.waiter_query, tree.path || edge.waiter_pid
        from tree
        join pemdata.blocking edge on edge.instance_id = $instance_id and edge.blocker_pid = tree.waiter_pid
       where edge.waiter_pid <> all (tree.path) and tree.depth < 5
    )
    select depth, waiter_pid, blocker_pid, waited_seconds, waiter_user, relation, mode, waiter_query
      from tree
     order by path
     limit 20`,
  whatToDo: `
    End the root, not its victims: they go on by themselves. Idle in transaction: terminate the session. Active: cancel its
    query, unless it is work that must end; then warn its owner that others wait.`,
  runbooks: endTheRoot,
  cases: [
    {
      says: 'warns after half a minute of five sessions behind one root, those behind its victims counted',
      rows: {
        blocking: [
          ...[10, 11, 12].map((pid) => ({
            ...tenWaitsForNine,
            waiter_pid: pid,
            waited_seconds: 4,
          })),
          ...[13, 14].map((pid) => ({
            ...tenWaitsForNine,
            waiter_pid: pid,
            blocker_pid: 10,
            waited_seconds: 2,
          })),
        ],
      },
      empty: { blocking: ['60s'] },
      expect: { '0s': 'pending', '30s': 'warning', '60s': 'normal' },
    },
    {
      says: 'does not fire for four',
      rows: {
        blocking: [10, 11, 12, 13].map((pid) => ({
          ...tenWaitsForNine,
          waiter_pid: pid,
          waited_seconds: 400,
        })),
      },
      expect: { '0s': 'normal', '60s': 'normal' },
    },
  ],
} satisfies Rule

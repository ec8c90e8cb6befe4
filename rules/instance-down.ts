import type { Rule } from './rule.ts'

export const instanceDown = {
  code: 'A01',
  summary: 'PostgreSQL does not accept a new connection, while its agent is alive.',
  area: 'availability',
  reads: ['instance'],
  scope: 'instance',
  role: 'any',
  // 2: nothing answers. 1: something answers but does not let us in (starting, out of slots, refused). 0: up.
  sql: `
    select instance_id, collected_at, state, coalesce(error, 'no reason given') as error, connect_seconds,
           state = 'down' as is_down,
           case when state in ('down', 'unreachable') then 2 when state = 'up' then 0 else 1 end::float8 as value
      from pemdata.instance`,
  identity: ['instance_id'],
  unit: '',
  levels: {
    warning: { above: 1, clear: 1, for: '30s' },
    // Two failed connections in a row at the probe's 5 s: told within 10 s of the fault at the median, and an
    // ordinary restart, over in one interval, pages nobody.
    critical: { above: 2, clear: 2, for: '4s' },
  },
  keepFiring: '4s',
  onNoData: 'keep',
  mutedBy: ['agentUnreachable'],
  message: '{{ instance }} does not accept connections ({{ state }}): {{ error }}',
  evidence: `
    select collected_at, state, error
      from pemhistory.instance
     where instance_id = $instance_id and collected_at > $collected_at::timestamptz - interval '10 minutes'
     order by collected_at desc
     limit 10`,
  whatToDo: `
    On its host, read the end of PostgreSQL's log and see whether the postmaster runs (pg_isready, systemctl status).
    "down": nothing listens; start it (runbook startInstance), once the log says why it stopped: killed for memory, full
    disk, crash. Not by hand where a cluster manager, such as Patroni, decides who is primary.
    "unreachable": the packets do not arrive; look at network, firewall and host. "starting": it recovers; wait and
    watch the log. "no_slots": see connectionUsage. "refused": password, pg_hba.conf or database of the monitoring role.`,
  runbooks: [{ runbook: 'startInstance', parameters: {}, when: 'is_down' }],
  cases: [
    {
      says: 'is critical at the second failed connection, and normal once two in a row succeed',
      rows: {
        instance: [
          { at: '0s', instance_id: 1, state: 'up', up: 1 },
          { at: '5s', instance_id: 1, state: 'down', up: 0, error: 'connection refused' },
          { at: '20s', instance_id: 1, state: 'up', up: 1 },
        ],
      },
      expect: {
        '0s': 'normal',
        '5s': 'pending',
        '10s': 'critical',
        '20s': 'recovering',
        '25s': 'normal',
      },
    },
    {
      says: 'stays silent for a restart that is over within one interval',
      rows: {
        instance: [
          { at: '0s', instance_id: 1, state: 'up', up: 1 },
          { at: '5s', instance_id: 1, state: 'down', up: 0 },
          { at: '10s', instance_id: 1, state: 'up', up: 1 },
        ],
      },
      expect: { '5s': 'pending', '10s': 'normal', '30s': 'normal' },
    },
    {
      says: 'warns, not more, of a server that has been starting for half a minute',
      rows: { instance: [{ at: '0s', instance_id: 1, state: 'starting', up: 0 }] },
      expect: { '25s': 'pending', '30s': 'warning', '300s': 'warning' },
    },
    {
      says: 'does not fire when the samples stop: that is the agent, not the instance',
      rows: { instance: [{ at: '0s', instance_id: 1, state: 'up', up: 1 }] },
      stops: { instance: '10s' },
      expect: { '10s': 'normal', '300s': 'normal' },
    },
    {
      says: 'stays critical while nobody can look',
      rows: {
        instance: [{ at: '0s', instance_id: 1, state: 'unreachable', up: 0, error: 'timed out' }],
      },
      stops: { instance: '20s', agent: '20s' },
      expect: { '15s': 'critical', '600s': 'critical' },
    },
  ],
} satisfies Rule

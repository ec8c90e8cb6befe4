import type { Rule } from './rule.ts'

export const agentUnreachable = {
  code: 'A02',
  summary: 'An agent has stopped reporting: nothing is known of its host and instances.',
  area: 'agent',
  reads: ['agent'],
  scope: 'host',
  role: 'any',
  sql: `
    select agent_id, collected_at as last_seen_at, version,
           extract(epoch from pem.now() - collected_at)::float8 as value
      from pemdata.agent`,
  identity: ['agent_id'],
  unit: 's',
  levels: {
    // Three and six heartbeats. `for` gives agents the time to report again after the repository itself was away.
    warning: { above: 30, clear: 20, for: '15s' },
    critical: { above: 60, clear: 20, for: '15s' },
  },
  onNoData: 'keep',
  mutedBy: [],
  message: 'The agent {{ agent }} has not reported for {{ value | duration }}.',
  evidence: `
    select probe, instance_id, collected_at as last_sample_at, ok, error
      from pemdata.probe_run
     where agent_id = $agent_id::uuid
     order by collected_at desc
     limit 10`,
  whatToDo: `
    See whether the host answers and whether the agent runs there (systemctl status trunkline-agent, its log). If both do,
    look at the way between agent and server: name resolution, firewall, expired certificate. What the agent collected
    meanwhile is in its spool and arrives when it reports again.`,
  runbooks: [],
  cases: [
    {
      says: 'warns when heartbeats stop, becomes critical, and clears with the next one',
      rows: {
        agent: [
          { at: '0s', agent_id: 1 },
          { at: '120s', agent_id: 1 },
        ],
      },
      stops: { agent: '10s' },
      expect: {
        '20s': 'normal',
        '35s': 'pending',
        '60s': 'warning',
        '90s': 'critical',
        '121s': 'normal',
      },
    },
    {
      says: 'does not fire for one missed heartbeat',
      rows: {
        agent: [
          { at: '0s', agent_id: 1 },
          { at: '25s', agent_id: 1 },
        ],
      },
      stops: { agent: '5s' },
      expect: { '20s': 'normal', '26s': 'normal' },
    },
  ],
} satisfies Rule

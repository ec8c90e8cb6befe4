import type { Rule } from './rule.ts'

export const probeFailing = {
  code: 'A08',
  summary: 'A probe has failed several times in a row: what it watches is unknown.',
  area: 'agent',
  reads: ['probe_run'],
  scope: 'instance',
  role: 'any',
  // The probe `instance` reports a server that is down as its result; it never fails for that.
  sql: `
    select instance_id, host_id, probe, collected_at, sqlstate, error, hint, last_ok_at,
           consecutive_failures::float8 as value
      from pemdata.probe_run`,
  identity: ['instance_id', 'host_id', 'probe'],
  unit: '{failure}',
  levels: {
    warning: { above: 3, clear: 1, for: '0s' },
    critical: { above: 10, clear: 1, for: '0s' },
  },
  onNoData: 'keep',
  mutedBy: ['instanceDown', 'agentUnreachable'],
  message:
    'The probe {{ probe }} has failed {{ value | count }} times in a row on {{ place }}: {{ error }}',
  evidence: `
    select probe, collected_at, consecutive_failures, sqlstate, error, hint, last_ok_at
      from pemdata.probe_run
     where instance_id is not distinct from $instance_id and host_id is not distinct from $host_id
       and consecutive_failures > 0
     order by consecutive_failures desc
     limit 20`,
  whatToDo: `
    The error names the cause. 42501: a grant is missing, usually pg_monitor. 57014 or 55P03: the probe ran into its
    time limit or a lock; see rootBlocker and the instance's load. 53300: connectionUsage. The rules that read this probe
    keep their alerts as they were until it works again.`,
  runbooks: [],
  cases: [
    {
      says: 'warns at the third failure in a row, is critical at the tenth, and clears with the first success',
      rows: {
        probe_run: [
          { at: '0s', instance_id: 1, probe: 'sessions', ok: false, consecutive_failures: 2 },
          { at: '10s', instance_id: 1, probe: 'sessions', ok: false, consecutive_failures: 3 },
          { at: '80s', instance_id: 1, probe: 'sessions', ok: false, consecutive_failures: 10 },
          { at: '90s', instance_id: 1, probe: 'sessions', ok: true, consecutive_failures: 0 },
        ],
      },
      expect: { '0s': 'normal', '10s': 'warning', '80s': 'critical', '90s': 'normal' },
    },
    {
      says: 'does not fire while runs fail now and then',
      rows: {
        probe_run: [
          { at: '0s', instance_id: 1, probe: 'wal', ok: false, consecutive_failures: 1 },
          { at: '10s', instance_id: 1, probe: 'wal', ok: true, consecutive_failures: 0 },
          { at: '20s', instance_id: 1, probe: 'wal', ok: false, consecutive_failures: 2 },
        ],
      },
      expect: { '0s': 'normal', '10s': 'normal', '20s': 'normal' },
    },
  ],
} satisfies Rule

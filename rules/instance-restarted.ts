import type { Rule } from './rule.ts'

export const instanceRestarted = {
  code: 'A03',
  summary: 'PostgreSQL was started again while it was being watched.',
  area: 'availability',
  reads: ['instance'],
  scope: 'instance',
  role: 'any',
  // The earlier start is looked up for the few that are young, and proves that it is a restart, not a new instance.
  sql: `
    select instance_id, collected_at, started_at, version, value, previous_started_at
      from (select young.*,
                   (select h.started_at
                      from pemhistory.instance h
                     where h.instance_id = young.instance_id
                       and h.collected_at between young.collected_at - interval '1 day' and young.collected_at
                       and h.started_at < young.started_at - interval '1 second'
                     order by h.collected_at desc
                     limit 1) as previous_started_at
              from (select instance_id, collected_at, started_at, version,
                           extract(epoch from collected_at - started_at)::float8 as value
                      from pemdata.instance
                     where started_at > collected_at - interval '15 minutes'
                    offset 0) as young
            offset 0) as known
     where previous_started_at is not null`,
  identity: ['instance_id'],
  unit: 's',
  levels: { warning: { below: 600, clear: 600, for: '0s' } },
  onNoData: 'keep',
  mutedBy: ['instanceDown', 'agentUnreachable'],
  message: '{{ instance }} was restarted at {{ started_at | time }}.',
  evidence: `
    select collected_at, state, started_at, error
      from pemhistory.instance
     where instance_id = $instance_id and collected_at > $collected_at::timestamptz - interval '10 minutes'
     order by collected_at desc
     limit 10`,
  whatToDo: `
    If nobody meant to, read PostgreSQL's log before the start: "terminated by signal 9" is the kernel's out-of-memory
    killer or a person, "was not properly shut down" a crash. Sessions were cut and caches are cold for a while.`,
  runbooks: [],
  cases: [
    {
      says: 'warns of a new start time, and clears after ten minutes',
      rows: {
        instance: [
          { at: '0s', instance_id: 1, state: 'up', started_at: '-7200s' },
          { at: '10s', instance_id: 1, state: 'up', started_at: '7s' },
        ],
      },
      expect: { '5s': 'normal', '10s': 'warning', '600s': 'warning', '615s': 'normal' },
    },
    {
      says: 'does not fire for an instance first seen shortly after its start',
      rows: { instance: [{ at: '0s', instance_id: 1, state: 'up', started_at: '-60s' }] },
      expect: { '0s': 'normal', '60s': 'normal' },
    },
  ],
} satisfies Rule

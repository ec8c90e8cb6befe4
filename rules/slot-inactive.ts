import type { Rule } from './rule.ts'

export const slotInactive = {
  code: 'D08',
  summary: 'Nobody reads from a replication slot, and it keeps WAL.',
  area: 'replication',
  reads: ['slots'],
  scope: 'instance',
  role: 'any',
  // How long is what `for` counts: servers before 17 do not say since when.
  sql: `
    select instance_id, collected_at, slot, slot_type, plugin, database, wal_status, retained_bytes, safe_bytes,
           inactive_since, (1 - active)::float8 as value
      from pemdata.slots
     where temporary is not true`,
  identity: ['instance_id', 'slot'],
  unit: '',
  levels: {
    warning: { above: 1, clear: 1, for: '10m' },
    critical: { above: 1, clear: 1, for: '60m' },
  },
  onNoData: 'keep',
  mutedBy: ['instanceDown', 'agentUnreachable'],
  message:
    'Nobody reads from the slot {{ slot }} on {{ instance }}; it holds back {{ retained_bytes | bytes }} of WAL.',
  evidence: `
    select collected_at, active, retained_bytes, safe_bytes, wal_status
      from pemhistory.slots
     where instance_id = $instance_id and slot = $slot and collected_at > $collected_at::timestamptz - interval '2 hours'
     order by collected_at desc
     limit 20`,
  whatToDo: `
    Find whose slot it is by its name and plugin. If the standby or consumer comes back, wait while there is space. If it is
    gone for good, a person drops the slot (pg_drop_replication_slot), after which that consumer must be built anew.
    max_slot_wal_keep_size bounds what a forgotten slot may hold.`,
  runbooks: [],
  cases: [
    {
      says: 'warns after ten minutes, is critical after an hour, and clears when somebody reads',
      rows: {
        slots: [
          { at: '0s', instance_id: 1, slot: 'standby_1', active: 1, retained_bytes: 0 },
          { at: '60s', instance_id: 1, slot: 'standby_1', active: 0, retained_bytes: 5_000_000 },
          { at: '3900s', instance_id: 1, slot: 'standby_1', active: 1, retained_bytes: 0 },
        ],
      },
      expect: {
        '0s': 'normal',
        '60s': 'pending',
        '660s': 'warning',
        '3660s': 'critical',
        '3900s': 'normal',
      },
    },
    {
      says: 'does not fire for a standby that restarts, nor for a slot that was dropped',
      rows: {
        slots: [
          { at: '0s', instance_id: 1, slot: 'standby_1', active: 0, retained_bytes: 0 },
          { at: '300s', instance_id: 1, slot: 'standby_1', active: 1, retained_bytes: 0 },
          { at: '600s', instance_id: 1, slot: 'standby_1', active: 0, retained_bytes: 0 },
        ],
      },
      empty: { slots: ['900s'] },
      expect: { '300s': 'normal', '600s': 'pending', '900s': 'normal', '1800s': 'normal' },
    },
  ],
} satisfies Rule

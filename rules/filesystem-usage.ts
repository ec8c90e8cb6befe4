import type { Rule } from './rule.ts'

export const filesystemUsage = {
  code: 'G01',
  summary: 'A file system that PostgreSQL writes to is nearly full.',
  area: 'storage',
  reads: ['filesystems'],
  scope: 'filesystem',
  role: 'any',
  // As df counts: of what ordinary users may use.
  sql: `
    select instance_id, collected_at, role, name, mountpoint, path, device, used_bytes, available_bytes, total_bytes,
           100 * used_bytes / nullif(used_bytes + available_bytes, 0) as value
      from pemdata.filesystems`,
  identity: ['instance_id', 'role', 'name'],
  unit: '%',
  levels: {
    warning: { above: 80, clear: 78, for: '2m' },
    critical: { above: 90, clear: 88, for: '2m' },
  },
  onNoData: 'keep',
  mutedBy: ['instanceDown', 'agentUnreachable'],
  message:
    'The file system of {{ role }} {{ name }} at {{ mountpoint }} on {{ instance }} is {{ value | percent }} full: {{ available_bytes | bytes }} left.',
  evidence: `
    select collected_at, role, name, mountpoint, used_bytes, available_bytes
      from pemhistory.filesystems
     where instance_id = $instance_id and role = $role and name = $name
       and collected_at > $collected_at::timestamptz - interval '6 hours'
     order by collected_at desc
     limit 20`,
  whatToDo: `
    At 100 % PostgreSQL cannot write WAL and stops. See what grows: pg_wal (slotInactive, archivingFailing), temporary files of large
    sorts, logs, a table. Free space elsewhere on the file system or enlarge it; never delete in the data folder by hand.`,
  runbooks: [],
  cases: [
    {
      says: 'warns after two minutes above 80 %, is critical above 90 %, and clears below 78 %',
      rows: {
        filesystems: [
          {
            at: '0s',
            instance_id: 1,
            role: 'data',
            name: '',
            mountpoint: '/srv',
            used_bytes: 81,
            available_bytes: 19,
          },
          {
            at: '180s',
            instance_id: 1,
            role: 'data',
            name: '',
            mountpoint: '/srv',
            used_bytes: 95,
            available_bytes: 5,
          },
          {
            at: '360s',
            instance_id: 1,
            role: 'data',
            name: '',
            mountpoint: '/srv',
            used_bytes: 79,
            available_bytes: 21,
          },
          {
            at: '390s',
            instance_id: 1,
            role: 'data',
            name: '',
            mountpoint: '/srv',
            used_bytes: 77,
            available_bytes: 23,
          },
        ],
      },
      expect: {
        '0s': 'pending',
        '120s': 'warning',
        '300s': 'critical',
        '360s': 'warning',
        '390s': 'normal',
      },
    },
    {
      says: 'does not fire for space that only root may use, nor while the value is unknown',
      rows: {
        filesystems: [
          {
            at: '0s',
            instance_id: 1,
            role: 'wal',
            name: '',
            mountpoint: '/wal',
            total_bytes: 100,
            used_bytes: 75,
            available_bytes: 20,
          },
          {
            at: '0s',
            instance_id: 1,
            role: 'data',
            name: '',
            mountpoint: '/srv',
            used_bytes: null,
            available_bytes: null,
          },
        ],
      },
      expect: { '0s': 'normal', '600s': 'normal' },
    },
  ],
} satisfies Rule

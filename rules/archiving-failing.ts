import type { Rule } from './rule.ts'

export const archivingFailing = {
  code: 'E01',
  summary: 'Archiving of WAL fails: the newest backup cannot be rolled forward, and WAL piles up.',
  area: 'backup',
  reads: ['archiver'],
  scope: 'instance',
  role: 'any',
  // Failing: the newest attempt that ended, failed. How long is what `for` counts.
  sql: `
    select instance_id, collected_at, last_failed_wal, last_failed_at, last_archived_at, ready_files, failed_attempts,
           coalesce(archiving and last_failed_at > coalesce(last_archived_at, '-infinity'), false)::int::float8 as value
      from pemdata.archiver
     where archiving is not null`,
  identity: ['instance_id'],
  unit: '',
  levels: {
    warning: { above: 1, clear: 1, for: '60s' },
    critical: { above: 1, clear: 1, for: '5m' },
  },
  onNoData: 'keep',
  // Without archiving nothing is known of backups, and that must not look like a good one.
  blindTo: `
    select instance_id
      from pemdata.archiver
     where not archiving`,
  mutedBy: ['instanceDown', 'agentUnreachable'],
  message:
    'Archiving of {{ last_failed_wal }} fails on {{ instance }}; {{ ready_files | count }} WAL files wait.',
  evidence: `
    select collected_at, failed_attempts, ready_files, last_failed_wal, last_failed_at, last_archived_at
      from pemhistory.archiver
     where instance_id = $instance_id and collected_at > $collected_at::timestamptz - interval '30 minutes'
     order by collected_at desc
     limit 20`,
  whatToDo: `
    PostgreSQL's log has what archive_command printed. Usual causes: the archive's disk is full, credentials have expired, the
    file is there already with another content. PostgreSQL tries again by itself; until then pg_wal grows (filesystemUsage).
    Do not delete from pg_wal by hand.`,
  runbooks: [],
  cases: [
    {
      says: 'warns after a minute of failures, is critical after five, and clears with the next success',
      rows: {
        archiver: [
          { at: '0s', instance_id: 1, archiving: true, last_archived_at: '-30s' },
          {
            at: '30s',
            instance_id: 1,
            archiving: true,
            last_archived_at: '-30s',
            last_failed_at: '20s',
          },
          {
            at: '420s',
            instance_id: 1,
            archiving: true,
            last_archived_at: '410s',
            last_failed_at: '400s',
          },
        ],
      },
      expect: {
        '0s': 'normal',
        '30s': 'pending',
        '90s': 'warning',
        '330s': 'critical',
        '420s': 'normal',
      },
    },
    {
      says: 'fires where archiving has never worked',
      rows: {
        archiver: [{ at: '0s', instance_id: 1, archiving: true, last_failed_at: '-10s' }],
      },
      expect: { '0s': 'pending', '60s': 'warning' },
    },
    {
      says: 'does not fire for an old failure that was followed by a success, nor where archiving is off',
      rows: {
        archiver: [
          {
            at: '0s',
            instance_id: 1,
            archiving: true,
            last_archived_at: '-30s',
            last_failed_at: '-60s',
          },
          { at: '0s', instance_id: 2, archiving: false, last_failed_at: '-60s' },
        ],
      },
      expect: { '0s': 'normal', '600s': 'normal' },
    },
  ],
} satisfies Rule

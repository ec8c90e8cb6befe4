import type { Rule } from './rule.ts'

export const transactionIdWraparound = {
  code: 'F01',
  summary: 'A database nears the end of its transaction ids, where PostgreSQL stops taking writes.',
  area: 'vacuum',
  reads: ['wraparound'],
  scope: 'database',
  role: 'primary',
  sql: `
    select instance_id, collected_at, database, xid_age, mxid_age, freeze_max_age,
           100 * greatest(xid_age, mxid_age) / 2147483648 as value
      from pemdata.wraparound`,
  identity: ['instance_id', 'database'],
  unit: '%',
  levels: {
    warning: { above: 40, clear: 38, for: '10m' },
    critical: { above: 60, clear: 55, for: '10m' },
  },
  onNoData: 'keep',
  mutedBy: ['instanceDown', 'agentUnreachable'],
  message:
    'Database {{ database }} on {{ instance }} has used {{ value | percent }} of its transaction ids.',
  evidence: `
    select 'session' as holds_back, pid::text as name, user_name as owner, state, backend_xmin_age as age
      from pemdata.sessions
     where instance_id = $instance_id and backend_xmin_age is not null
     union all
    select 'slot', slot, database, case active when 1 then 'active' else 'inactive' end, greatest(xmin_age, catalog_xmin_age)
      from pemdata.slots
     where instance_id = $instance_id and coalesce(xmin_age, catalog_xmin_age) is not null
     order by age desc
     limit 20`,
  whatToDo: `
    Autovacuum freezes from autovacuum_freeze_max_age (usually 200 million) on; beyond 40 % it does not keep up or is held back. The
    evidence shows what holds back: old transactions and slots; prepared transactions too. End those first, then run
    VACUUM (FREEZE) on the oldest tables of the database. Do not stop an autovacuum "to prevent wraparound".`,
  runbooks: [],
  cases: [
    {
      says: 'warns of a database beyond 40 % and becomes critical beyond 60 %; multixacts count as well',
      rows: {
        instance: [{ at: '0s', instance_id: 1, state: 'up', in_recovery: false }],
        wraparound: [
          { at: '0s', instance_id: 1, database: 'shop', xid_age: 900_000_000, mxid_age: 5 },
          {
            at: '720s',
            instance_id: 1,
            database: 'shop',
            xid_age: 900_000_000,
            mxid_age: 1_300_000_000,
          },
          { at: '1500s', instance_id: 1, database: 'shop', xid_age: 50_000_000, mxid_age: 5 },
        ],
      },
      expect: {
        '0s': 'pending',
        '600s': 'warning',
        '1200s': 'warning',
        '1320s': 'critical',
        '1500s': 'normal',
      },
    },
    {
      says: 'does not fire at the age where autovacuum starts to freeze, nor on a standby',
      rows: {
        instance: [
          { at: '0s', instance_id: 1, state: 'up', in_recovery: false },
          { at: '0s', instance_id: 2, state: 'up', in_recovery: true },
        ],
        wraparound: [
          { at: '0s', instance_id: 1, database: 'shop', xid_age: 210_000_000, mxid_age: 5 },
          { at: '0s', instance_id: 2, database: 'shop', xid_age: 2_000_000_000, mxid_age: 5 },
        ],
      },
      expect: { '0s': 'normal', '900s': 'normal' },
    },
  ],
} satisfies Rule

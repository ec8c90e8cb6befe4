import type { Rule } from './rule.ts'

export const connectionUsage = {
  code: 'B01',
  summary: 'Most of the connections that ordinary roles may use are taken.',
  area: 'connections',
  reads: ['connections', 'instance'],
  scope: 'instance',
  role: 'any',
  sql: `
    select used.instance_id, used.collected_at, used.connections,
           server.max_connections - server.reserved_connections as usable,
           100 * used.connections / nullif(server.max_connections - server.reserved_connections, 0) as value
      from (select instance_id, max(collected_at) as collected_at, sum(count) as connections
              from pemdata.connections
             group by instance_id) as used
      join pemdata.instance server on server.instance_id = used.instance_id
     where server.max_connections is not null`,
  identity: ['instance_id'],
  unit: '%',
  levels: {
    warning: { above: 80, clear: 75, for: '120s' },
    critical: { above: 90, clear: 85, for: '120s' },
  },
  onNoData: 'keep',
  mutedBy: ['instanceDown', 'agentUnreachable'],
  message:
    '{{ connections | count }} of {{ usable | count }} connections are in use on {{ instance }} ({{ value | percent }}).',
  evidence: `
    select database, state, count, blocked
      from pemdata.connections
     where instance_id = $instance_id
     order by count desc
     limit 20`,
  whatToDo: `
    The evidence says in which database and state they are. Many idle: an application's pool is too large or leaks. Many
    active or blocked: something slows them down; see rootBlocker and the load. Raising max_connections needs a restart
    and memory; a pooler (PgBouncer) is the lasting cure.`,
  runbooks: [],
  cases: [
    {
      says: 'warns after two minutes above 80 %, is critical above 90 %, and clears below 75 %',
      rows: {
        instance: [
          { at: '0s', instance_id: 1, state: 'up', max_connections: 103, reserved_connections: 3 },
        ],
        connections: [
          { at: '0s', instance_id: 1, database: 'shop', state: 'active', count: 50, blocked: 0 },
          { at: '0s', instance_id: 1, database: 'shop', state: 'idle', count: 31, blocked: 0 },
          { at: '150s', instance_id: 1, database: 'shop', state: 'active', count: 95, blocked: 0 },
          { at: '300s', instance_id: 1, database: 'shop', state: 'active', count: 76, blocked: 0 },
          { at: '315s', instance_id: 1, database: 'shop', state: 'active', count: 74, blocked: 0 },
        ],
      },
      expect: {
        '0s': 'pending',
        '120s': 'warning',
        '240s': 'warning',
        '270s': 'critical',
        '300s': 'warning',
        '315s': 'normal',
      },
    },
    {
      says: 'does not fire for a burst of a minute',
      rows: {
        instance: [
          { at: '0s', instance_id: 1, state: 'up', max_connections: 100, reserved_connections: 0 },
        ],
        connections: [
          { at: '0s', instance_id: 1, database: 'shop', state: 'active', count: 99, blocked: 0 },
          { at: '60s', instance_id: 1, database: 'shop', state: 'active', count: 10, blocked: 0 },
        ],
      },
      expect: { '45s': 'pending', '60s': 'normal', '180s': 'normal' },
    },
  ],
} satisfies Rule

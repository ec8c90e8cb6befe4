import { describe, expect, test } from 'vitest'
import { columnsOf, keyOf, type Probe, sqlFor, targetColumn } from './index.ts'

const probe = {
  summary: 'An example.',
  scope: 'database',
  role: 'any',
  every: '1m',
  timeout: '1s',
  retention: '1d',
  maxRows: 10,
  sql: { 14: 'old', 17: 'new', 19: null },
  labels: { database: 'db.namespace', state: 'state' },
  since: 'since',
  metrics: {
    'postgresql.a': {
      kind: 'gauge',
      unit: '{a}',
      description: 'A.',
      columns: { one: { type: '1' }, two: { type: '2' } },
    },
  },
  details: { query: 'text' },
} satisfies Probe

test.for([
  [13, undefined],
  [14, 'old'],
  [16, 'old'],
  [17, 'new'],
  [18, 'new'],
  [19, undefined],
  [20, undefined],
] as const)('PostgreSQL %i is asked %s', ([major, sql]) => {
  expect(sqlFor(probe, major)).toBe(sql)
})

describe('its tables', () => {
  test('have labels, numbers, the start of counters and details, in this order', () => {
    expect(columnsOf(probe).map(({ name, role, type }) => `${name} ${role} ${type}`)).toEqual([
      'database label text',
      'state label text',
      'one metric float8',
      'two metric float8',
      'since since timestamptz',
      'query detail text',
    ])
  })

  test('are keyed by the labels unless the definition says otherwise', () => {
    expect(keyOf(probe)).toEqual(['database', 'state'])
    expect(keyOf({ ...probe, key: ['database'] })).toEqual(['database'])
  })

  test('name the instance, or the host where that is what was probed', () => {
    expect(targetColumn(probe)).toBe('instance_id')
    expect(targetColumn({ ...probe, scope: 'host' })).toBe('host_id')
  })
})

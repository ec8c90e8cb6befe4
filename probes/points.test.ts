import { expect, test } from 'vitest'
import { pointsOf, type Probe } from './index.ts'

const probe = {
  summary: '',
  scope: 'instance',
  role: 'any',
  every: '1m',
  timeout: '1s',
  retention: '1d',
  maxRows: 10,
  sql: {},
  labels: { database: 'db.namespace' },
  since: 'since',
  metrics: {
    'postgresql.io.time': {
      kind: 'counter',
      unit: 's',
      description: 'Time.',
      columns: { read: { operation: 'read' }, write: { operation: 'write' } },
    },
    'postgresql.absent': {
      kind: 'gauge',
      unit: '{thing}',
      description: '',
      columns: { absent: {} },
    },
  },
  details: { query: 'text' },
} satisfies Probe

test('numbers become points with target, label and fixed attributes; null, NaN and details do not', () => {
  const metrics = pointsOf(
    probe,
    {
      collectedAt: '2026-11-21T00:00:10Z',
      rowCount: 2,
      columns: {
        database: ['shop', ''],
        read: [1.5, null],
        write: [Number.NaN, 3],
        since: ['2026-11-21T00:00:00.000001Z', null],
        absent: [null, null],
        query: ['select 1', 'select 2'],
      },
    },
    { 'server.address': 'db1' },
  )
  const timeMs = Date.UTC(2026, 10, 21, 0, 0, 10)
  expect(metrics).toEqual([
    {
      name: 'postgresql.io.time',
      kind: 'counter',
      unit: 's',
      description: 'Time.',
      points: [
        {
          attributes: { 'server.address': 'db1', 'db.namespace': 'shop', operation: 'read' },
          value: 1.5,
          timeMs,
          startMs: timeMs - 10_000,
        },
        {
          attributes: { 'server.address': 'db1', operation: 'write' },
          value: 3,
          timeMs,
          startMs: undefined,
        },
      ],
    },
  ])
})

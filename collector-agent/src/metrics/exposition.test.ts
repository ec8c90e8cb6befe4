import { expect, test } from 'vitest'
import { probes, type Probe } from '@trunkline/probes'
import type { Taken } from '../sample.ts'
import { expose } from './exposition.ts'
import { createNewest } from './newest.ts'

const taken = (database: string, change: Partial<Taken['sample']> = {}): Taken => ({
  attributes: { 'postgresql.instance.name': 'shop', 'server.port': '5432' },
  sample: {
    probe: 'wraparound',
    instanceId: 1,
    collectedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 1,
    rowCount: 1,
    cutRows: 0,
    columns: { database: [database], xid_age: [17] },
    ...change,
  },
})

test('shows a number under its Prometheus name, with help, type and every label safe', () => {
  const text = expose([taken('a"b\\c\nd😀')], probes)
  expect(text).toMatch(/^# HELP postgresql_\w+ .+\n# TYPE postgresql_\w+ gauge\n/)
  expect(text).toContain(
    'postgresql_instance_name="shop",server_port="5432",db_namespace="a\\"b\\\\c\\nd😀"} 17\n',
  )
  expect(text.split('\n').filter((line) => line.startsWith('# TYPE'))).toHaveLength(1)
})

test('one family has one head, however many instances have it', () => {
  const text = expose([taken('a'), taken('b', { instanceId: 2 })], probes)
  expect(text.match(/# TYPE/g)).toHaveLength(1)
  expect(text.match(/} 17\n/g)).toHaveLength(2)
})

test('the newest sample replaces the one before, and is gone after three intervals or with its instance', () => {
  let now = 0
  const all: Record<string, Probe> = probes
  const newest = createNewest(all, () => now)
  newest.set(taken('dropped'))
  newest.set(taken('there'))
  expect(newest.fresh().map(({ sample }) => sample.columns['database'])).toEqual([['there']])
  newest.set(taken('elsewhere', { instanceId: 11 }))
  newest.forget(1)
  expect(newest.fresh()).toHaveLength(1)
  now = 3 * 60_000 + 1
  expect(newest.fresh()).toEqual([])
})

import { expect, test } from 'vitest'
import { prometheusLabel, prometheusName } from './index.ts'

// The table of ecosystem conventions: what the stores make of names that are not ours.
test.for([
  ['postgresql.commits', '1', 'counter', 'postgresql_commits_total'],
  ['postgresql.backends', '1', 'gauge', 'postgresql_backends_ratio'],
  ['postgresql.backends', '{backend}', 'gauge', 'postgresql_backends'],
  ['postgresql.bgwriter.duration', 's', 'counter', 'postgresql_bgwriter_duration_seconds_total'],
  ['system.cpu.utilization', '1', 'gauge', 'system_cpu_utilization_ratio'],
  ['x.bytes.received', 'By', 'counter', 'x_bytes_received_total'],
  ['x.total.sent', '{mail}', 'counter', 'x_sent_total'],
  ['x.ratio.hit', '1', 'gauge', 'x_hit_ratio'],
  ['system.cpu.load_average.1m', '{thread}', 'gauge', 'system_cpu_load_average_1m'],
] as const)('%s in %s as %s is %s', ([name, unit, kind, expected]) => {
  expect(prometheusName(name, { unit, kind })).toBe(expected)
})

test.for([
  ['db.namespace', 'db_namespace'],
  ['1st', 'key_1st'],
  ['_own', 'key_own'],
  ['__reserved', '__reserved'],
])('the attribute %s is the label %s', ([attribute, label]) => {
  expect(prometheusLabel(attribute ?? '')).toBe(label)
})

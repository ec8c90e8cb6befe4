import { describe, expect, test } from 'vitest'
import { documentExample } from '../deploy/test/document-example.ts'
import {
  columnsOf,
  durationMs,
  keyOf,
  type Metric,
  type Probe,
  probes,
  prometheusLabel,
} from './index.ts'
import { prometheusName } from './prometheus-name.ts'

/** Also the example of the document, which must be as good as what ships. */
const documented = await documentExample<Probe>('docs/add-a-probe.md')
const entries = Object.entries<Probe>({ ...documented, ...probes })
const metrics = entries.flatMap(([, probe]) => Object.entries(probe.metrics))

/** `{thing}` counts things; of `1` only real ratios, which get `_ratio` as their name. */
function isUnit({ unit, kind }: Metric): boolean {
  return (
    ['s', 'By'].includes(unit) || /^\{[a-z_]+\}$/.test(unit) || (unit === '1' && kind === 'gauge')
  )
}

/** Names that every table of samples has, or that PostgreSQL needs quoted where people write rules. */
const taken = ['instance_id', 'host_id', 'collected_at', 'value', 'user', 'table', 'order', 'end']

describe.for(entries)('%s', ([name, probe]) => {
  const columns = columnsOf(probe).map((column) => column.name)

  test('its name and its columns are lower-case words, each once', () => {
    expect(name).toMatch(/^[a-z]+$/)
    for (const column of columns) expect(column).toMatch(/^[a-z][a-z0-9_]{0,62}$/)
    expect(new Set(columns).size).toBe(columns.length)
    expect(columns.filter((column) => taken.includes(column))).toEqual([])
  })

  test('its key is made of its own columns', () => {
    expect(columns).toEqual(expect.arrayContaining([...keyOf(probe)]))
    if (probe.maxRows > 1) expect(keyOf(probe)).not.toEqual([])
  })

  test('it can end before it begins again', () => {
    expect(durationMs(probe.timeout)).toBeLessThan(durationMs(probe.every))
    expect(durationMs(probe.retention)).toBeGreaterThanOrEqual(durationMs('1d'))
  })

  test('its counters know when they began, and its metrics say what they are', () => {
    for (const [metricName, metric] of Object.entries(probe.metrics)) {
      expect(metricName).toMatch(/^(postgresql|system)(\.[a-z0-9_]+)+$/)
      expect(isUnit(metric), `${metricName}: ${metric.unit}`).toBe(true)
      expect(metric.description).toMatch(/^[A-Z0-9].*\.$/)
      if (metric.kind === 'counter') expect(probe.since, metricName).toBeDefined()
    }
  })

  test('the columns of a metric are told apart by the same attributes, with distinct values', () => {
    for (const metric of Object.values(probe.metrics)) {
      const fixed = Object.values(metric.columns)
      expect(new Set(fixed.map((attributes) => Object.keys(attributes).join())).size).toBe(1)
      expect(new Set(fixed.map((attributes) => JSON.stringify(attributes))).size).toBe(fixed.length)
      const keys = [...Object.values(probe.labels), ...Object.keys(fixed[0] ?? {})]
      expect(new Set(keys).size).toBe(keys.length)
    }
  })

  test('its queries take nothing but what they need from the server', () => {
    for (const sql of Object.values(probe.sql)) {
      // Sizes wait for locks; `left` of text of unknown encoding is safe only where it cannot reach the end.
      expect(sql).not.toMatch(/_size\(|_size_bytes\(|;|\bselect \*\s+from pg_stat_all/i)
      for (const cut of sql?.match(/.*\bleft\(.*/g) ?? []) expect(cut).toContain('octet_length')
    }
  })
})

test('a metric is made by one probe only', () => {
  const names = metrics.map(([name]) => name)
  expect(new Set(names).size).toBe(names.length)
})

test('no two metrics share a name in Prometheus', () => {
  const names = metrics.map(([name, metric]) => prometheusName(name, metric))
  expect(new Set(names).size).toBe(names.length)
})

test("no attribute collides with another as a label, or with Prometheus' own", () => {
  const keys = new Set([
    ...entries.flatMap(([, probe]) => Object.values(probe.labels)),
    ...metrics.flatMap(([, metric]) =>
      Object.values(metric.columns).flatMap((fixed) => Object.keys(fixed)),
    ),
    'postgresql.instance.name',
    'server.address',
    'server.port',
    'host.name',
  ])
  const labels = [...keys].map(prometheusLabel)
  expect(new Set(labels).size).toBe(keys.size)
  expect(labels.filter((label) => ['instance', 'job', 'le', 'quantile'].includes(label))).toEqual(
    [],
  )
})

import { durationMs, probes } from '@trunkline/probes'
import { describe, expect, test } from 'vitest'
import { documentExample } from '../deploy/test/document-example.ts'
import { messageColumns, type Rule, rules, runbooks } from './index.ts'

/** Also the example of the document, which must be as good as what ships. */
const documented = await documentExample<Rule>('docs/add-a-rule.md')
const entries = Object.entries<Rule>({ ...documented, ...rules })

/** A time of a case, which may be before its start. */
function timeMs(text: string): number {
  return text.startsWith('-') ? -durationMs(text.slice(1)) : durationMs(text)
}

describe.for(entries)('%s', ([, rule]) => {
  test('has levels whose clear values lie on the good side', () => {
    const levels = Object.values(rule.levels)
    expect(levels.length).toBeGreaterThan(0)
    for (const level of levels) {
      if ('above' in level) expect(level.clear).toBeLessThanOrEqual(level.above)
      else expect(level.clear).toBeGreaterThanOrEqual(level.below)
    }
  })

  test('is known by what it is about, not by what it says', () => {
    expect(rule.identity.some((column) => /^(instance|host|agent)_id$/.test(column))).toBe(true)
    expect(rule.identity).not.toContain('value')
    const raises = rule.onNoData !== 'keep' && rule.onNoData !== 'clear'
    if (raises) expect(rule.identity).toEqual(['instance_id'])
  })

  test('reads what there is, and takes the time from its rows', () => {
    for (const source of rule.reads) {
      expect([...Object.keys(probes), 'agent', 'probe_run']).toContain(source)
    }
    for (const sql of [rule.sql, rule.evidence ?? '']) {
      expect(sql).not.toMatch(/(?<!pem\.)\bnow\(\)|current_timestamp|clock_timestamp/)
      expect(sql).not.toMatch(/\bpem\.(?!now\(\))/)
    }
  })

  test('offers runbooks that exist, with every parameter', () => {
    for (const { runbook, parameters } of rule.runbooks) {
      expect(Object.keys(parameters).toSorted()).toEqual(
        Object.keys(runbooks[runbook].parameters).toSorted(),
      )
    }
  })

  test('is muted by rules that exist', () => {
    for (const name of rule.mutedBy) expect(Object.keys(rules)).toContain(name)
  })

  test('has a case in which it fires and one in which it does not', () => {
    const fires = (given: Rule['cases'][number]): boolean =>
      Object.values(given.expect).some((state) => /info|warning|critical/.test(state))
    expect(rule.cases.length).toBeGreaterThanOrEqual(2)
    expect(rule.cases.some(fires)).toBe(true)
    expect(rule.cases.some((given) => !fires(given))).toBe(true)
  })

  test('has a case in which it fires and ends, so that its clear values can be reached', () => {
    const ends = ({ expect: states }: Rule['cases'][number]): boolean => {
      const inTime = Object.entries(states).toSorted(
        ([one], [other]) => timeMs(one) - timeMs(other),
      )
      return /(info|warning|critical).*(normal|recovering)/.test(
        inTime.map(([, state]) => state).join(),
      )
    }
    expect(rule.cases.some(ends)).toBe(true)
  })

  test('says what, how much and where', () => {
    const { columns, unknownFilters } = messageColumns(rule.message)
    expect(unknownFilters).toEqual([])
    expect(columns.some((column) => /^(instance|agent|place)$/.test(column))).toBe(true)
    expect(rule.whatToDo.trim().length).toBeGreaterThan(80)
  })
})

test('every rule has a number of its own', () => {
  const codes = entries.map(([, { code }]) => code)
  expect(new Set(codes).size).toBe(codes.length)
})

test('no rule mutes, through others, itself', () => {
  const reach = (name: string, seen: readonly string[]): readonly string[] =>
    Object.hasOwn(rules, name)
      ? rules[name as keyof typeof rules].mutedBy.flatMap((next) =>
          seen.includes(next) ? [next] : reach(next, [...seen, next]),
        )
      : []
  for (const [name] of entries) expect(reach(name, [])).not.toContain(name)
})

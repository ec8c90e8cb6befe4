import { probes } from '@trunkline/probes'
import { rules } from '@trunkline/rules'
import { expect, test } from 'vitest'
import { createThresholds } from './overrides.ts'
import { prepareRules } from './prepared-rule.ts'

const rule = prepareRules(rules, probes).find(({ name }) => name === 'connectionUsage')
if (rule === undefined) throw new Error('no such rule')

const bars = (levels: unknown, own?: unknown) => {
  const given = [{ instanceId: null, levels }, ...(own ? [{ instanceId: 7, levels: own }] : [])]
  return createThresholds(rule, given)
    .of(7)
    .bars.map(({ level, raise, clear, forMs }) => [level, raise, clear, forMs])
}

test('without an override the shipped levels hold', () => {
  expect(bars({})).toEqual([
    [2, 80, 75, 120_000],
    [3, 90, 85, 120_000],
  ])
})

test('changes what it names and keeps the rest', () => {
  expect(bars({ warning: { above: 85, for: '5m' } })).toEqual([
    [2, 85, 75, 300_000],
    [3, 90, 85, 120_000],
  ])
})

test('a bar lowered below its clear value takes that along', () => {
  expect(bars({ warning: { above: 50 } })).toContainEqual([2, 50, 50, 120_000])
})

test('takes a level away, and adds one', () => {
  expect(bars({ critical: null, info: { above: 60, clear: 55, for: '0s' } })).toEqual([
    [1, 60, 55, 0],
    [2, 80, 75, 120_000],
  ])
})

test("an instance's own stands on top of the fleet's", () => {
  expect(bars({ warning: { for: '5m' } }, { warning: { above: 70, clear: 60 } })).toContainEqual([
    2, 70, 60, 300_000,
  ])
})

test('what is no override is left out and complained of', () => {
  const problems: string[] = []
  const read = createThresholds(rule, [{ instanceId: null, levels: { warning: 'low' } }], (one) =>
    problems.push(one),
  )
  expect(read.of(1).bars).toHaveLength(2)
  expect(problems.join()).toContain('connectionUsage')
})

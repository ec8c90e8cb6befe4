import type { Target } from '@trunkline/api/repository'
import { probes } from '@trunkline/probes'
import { rules } from '@trunkline/rules'
import { describe, expect, test } from 'vitest'
import { judgeHealth, judgeSilence } from './judge.ts'
import { prepareRules } from './prepared-rule.ts'

const now = 1_000_000_000
const rule = (name: keyof typeof rules) => {
  const found = prepareRules(rules, probes).find((one) => one.name === name)
  if (found === undefined) throw new Error(`no rule ${name}`)
  return found
}

const well: Target = {
  instanceId: 1,
  hostId: null,
  agentId: null,
  instance: { id: 1, name: 'shop' },
  agent: { id: 'a', name: 'agent' },
  host: 'host',
  isRemoved: false,
  heartbeatAt: now - 5_000,
  instanceState: 'up',
  skewMs: 0,
  runs: { blocking: { ok: true, collectedAt: now - 3_000, lastOkAt: now - 3_000 } },
}
const late = { ok: true, collectedAt: now - 25_000, lastOkAt: now - 25_000 }
const failed = { ok: false, collectedAt: now - 1_000, lastOkAt: now - 9_000 }

describe('of what a rule reads', () => {
  test.each<[string, Partial<Target>]>([
    ['ok', {}],
    ['unmonitored', { heartbeatAt: now - 36_000 }],
    ['unmonitored', { heartbeatAt: null }],
    ['unmonitored', { instanceState: 'down' }],
    ['unmonitored', { instanceState: 'refused', runs: { blocking: late } }],
    ['no_data', { runs: {} }],
    ['stale', { runs: { blocking: late } }],
    ['error', { runs: { blocking: failed } }],
    ['ok', { runs: { blocking: late }, skewMs: -25_000 }],
    ['stale', { skewMs: 60_000 }],
  ])('the health is %s', (health, part) => {
    expect(judgeHealth(rule('blockedSession'), { ...well, ...part }, now)).toBe(health)
  })

  test('a server that is down is what instanceDown is about', () => {
    const down = { ...well, instanceState: 'down', runs: { instance: late } }
    expect(judgeHealth(rule('instanceDown'), down, now)).toBe('stale')
  })

  test('an agent that is silent is what agentUnreachable is about', () => {
    const silent = { ...well, heartbeatAt: now - 900_000 }
    expect(judgeHealth(rule('agentUnreachable'), silent, now)).toBe('ok')
  })
})

describe('that an alert has no row', () => {
  const silence = (part: Partial<Target>) =>
    judgeSilence(rule('blockedSession'), { ...well, ...part }, now)

  test('means it is over as of the newest good sample', () => {
    expect(silence({})).toEqual({ kind: 'absent', at: now - 3_000 })
  })

  test('means nothing when nobody could look', () => {
    expect(silence({ heartbeatAt: null })).toMatchObject({ kind: 'unknown', health: 'unmonitored' })
    expect(silence({ runs: { blocking: failed } })).toMatchObject({ kind: 'unknown' })
  })

  test('means it is gone with its instance', () => {
    expect(silence({ isRemoved: true })).toMatchObject({ kind: 'gone', reason: 'instance_removed' })
  })
})

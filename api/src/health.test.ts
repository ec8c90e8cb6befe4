import { describe, expect, test } from 'vitest'
import type { Probe } from '@trunkline/probes'
import type { Rule } from '@trunkline/rules'
import type { AlertCount, InstanceRow, ProbeRunRow } from '../repository/index.ts'
import { agentView, createInstanceView, type Seen } from './health.ts'

const row: InstanceRow = {
  id: 7,
  name: 'shop',
  address: 'db1',
  port: 5432,
  database: 'postgres',
  agent: { id: 'a', name: 'db1' },
  host: { id: 3, name: 'db1' },
  hasActor: false,
  addedAt: new Date(0),
  agentAgeSeconds: 2,
  dataAt: new Date(0),
  dataAgeSeconds: 3,
  state: 'up',
  stateReason: null,
  version: '18.0',
  inRecovery: false,
  startedAt: new Date(0),
  systemIdentifier: '1',
}
const probe = { every: '5s', scope: 'instance', role: 'any' } as unknown as Probe
const rule = { area: 'locks', reads: ['blocking'], role: 'any' } as unknown as Rule
const run = { probe: 'blocking', instanceId: 7, hostId: null, okAgeSeconds: 4 } as ProbeRunRow
const seen: Seen = {
  probes: { instance: probe, blocking: probe },
  rules: { blockedSession: rule },
  runs: [run],
  alerts: [],
  blindSpots: [],
  runtimes: [
    { rule: 'blockedSession', evaluatedAt: new Date(), ageSeconds: 1, durationMs: 1, error: null },
  ],
}
const locks = (change: Partial<Seen>, of: Partial<InstanceRow> = {}) =>
  createInstanceView({ ...seen, ...change })({ ...row, ...of }).areas.locks

describe('an instance', () => {
  const view = (of: Partial<InstanceRow>) => {
    const { health, state, role } = createInstanceView(seen)({ ...row, ...of })
    return { health, state, role }
  }
  test('with fresh data is as its data says', () => {
    expect(view({})).toEqual({ health: 'ok', state: 'up', role: 'primary' })
    expect(view({ state: 'down', inRecovery: true })).toMatchObject({
      state: 'down',
      role: 'standby',
    })
  })
  test('is stale beyond three intervals and five seconds, and then of unknown state', () => {
    expect(view({ dataAgeSeconds: 20 })).toMatchObject({ health: 'ok', state: 'up' })
    expect(view({ dataAgeSeconds: 20.1 })).toMatchObject({ health: 'stale', state: 'unknown' })
  })
  test('is unmonitored when its agent is late, whatever the rows say', () => {
    expect(view({ agentAgeSeconds: 31 })).toMatchObject({ health: 'unmonitored', state: 'unknown' })
  })
  test('without data yet has none', () => {
    expect(view({ dataAgeSeconds: null, state: null, inRecovery: null })).toEqual({
      health: 'no_data',
      state: 'unknown',
      role: null,
    })
    expect(view({ agentAgeSeconds: null })).toMatchObject({ health: 'no_data' })
  })
})

describe('an area', () => {
  test('is ok only when its rules are evaluated on fresh samples', () => {
    expect(locks({})).toEqual({ level: 0, health: 'ok', alerts: 0 })
  })
  test('is stale when the newest good sample is old, unknown when there never was one', () => {
    expect(locks({ runs: [{ ...run, okAgeSeconds: 21 }] }).health).toBe('stale')
    expect(locks({ runs: [{ ...run, okAgeSeconds: null }] }).health).toBe('unknown')
    expect(locks({ runs: [] }).health).toBe('unknown')
  })
  test('is unknown while its rule is not evaluated, or cannot be', () => {
    const [runtime] = seen.runtimes
    if (!runtime) throw new Error('no runtime')
    expect(locks({ runtimes: [] }).health).toBe('unknown')
    expect(locks({ runtimes: [{ ...runtime, ageSeconds: 61 }] }).health).toBe('unknown')
    expect(locks({ runtimes: [{ ...runtime, error: 'column x' }] }).health).toBe('unknown')
  })
  test('is unknown when the agent is late, and when nothing watches over it', () => {
    expect(locks({}, { agentAgeSeconds: 40 }).health).toBe('unknown')
    expect(createInstanceView(seen)(row).areas.backup.health).toBe('unknown')
  })
  test('is unknown where its rule can say nothing', () => {
    const blindSpots = [{ rule: 'blockedSession', instanceId: 7 }]
    expect(locks({ blindSpots }).health).toBe('unknown')
    expect(locks({ blindSpots: [{ rule: 'blockedSession', instanceId: 8 }] }).health).toBe('ok')
  })
  test('does not wait for a probe that is not for this role', () => {
    const primary = { ...probe, role: 'primary' } as unknown as Probe
    const probes = { instance: probe, blocking: primary }
    expect(locks({ probes, runs: [] }, { inRecovery: true }).health).toBe('ok')
    expect(locks({ probes, runs: [] }).health).toBe('unknown')
  })
  test('has the highest level of its own alerts, those of its host and agent among them', () => {
    const alert = (change: Partial<AlertCount>): AlertCount => ({
      rule: 'blockedSession',
      instanceId: 7,
      agentId: null,
      hostId: null,
      level: 2,
      alerts: 2,
      ...change,
    })
    const alerts = [
      alert({}),
      alert({ instanceId: 8, level: 3 }),
      alert({ instanceId: null, hostId: 3, level: 3, alerts: 1 }),
      alert({ instanceId: null, agentId: 'a', level: 1, alerts: 1 }),
      alert({ instanceId: null, agentId: 'b', level: 3 }),
    ]
    expect(locks({ alerts })).toMatchObject({ level: 3, alerts: 4 })
  })
})

test('an agent is late after half a minute and unknown before its first heartbeat', () => {
  const agent = { id: 'a', name: 'a', enrolledAt: new Date(0), lastSeenAt: null }
  const state = (ageSeconds: number | null) =>
    agentView({ ...agent, ageSeconds } as Parameters<typeof agentView>[0]).state
  expect([state(null), state(30), state(31)]).toEqual(['unknown', 'ok', 'late'])
})

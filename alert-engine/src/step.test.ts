import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type AlertState,
  freshAlert,
  type Observation,
  type StepRule,
  type Transition,
} from './alert-state.ts'
import { barsOf } from './level.ts'
import { step } from './step.ts'

const rule: StepRule = {
  bars: barsOf({
    warning: { above: 80, clear: 70, for: '20s' },
    critical: { above: 90, clear: 85, for: '0s' },
  }),
  keepFiringMs: 0,
  intervalMs: 10_000,
  onNoData: 'keep',
}

/** Every state and transition of a run; times in seconds. */
function run(given: StepRule, seen: readonly Observation[], from: AlertState = freshAlert) {
  const told: Transition[] = []
  const states: AlertState[] = []
  let state = from
  for (const observation of seen) {
    const next = step(given, state, observation)
    state = next.state
    told.push(...next.told)
    states.push(state)
  }
  return { state, told, states, kinds: told.map(({ kind }) => kind) }
}

function values(...pairs: [at: number, value: number | null][]): Observation[] {
  return pairs.map(([at, value]) =>
    value === null ? { kind: 'absent', at: at * 1_000 } : { kind: 'value', at: at * 1_000, value },
  )
}

describe('step', () => {
  test('raises after its observed time, and resolves below the clear value', () => {
    const { kinds, states } = run(rule, values([0, 81], [10, 82], [20, 83], [30, 71], [40, 69]))
    expect(kinds).toEqual(['pending', 'raised', 'resolved'])
    expect(states.map(({ condition }) => condition)).toEqual([
      'pending',
      'pending',
      'firing',
      'firing',
      'normal',
    ])
  })

  test('goes up and down within one episode', () => {
    const { told } = run(rule, values([0, 95], [10, 86], [20, 84], [30, 95], [40, 10]))
    expect(told.map(({ kind, fromLevel, toLevel }) => [kind, fromLevel, toLevel])).toEqual([
      ['raised', 0, 3],
      ['level_down', 3, 2],
      ['level_up', 2, 3],
      ['resolved', 3, 0],
    ])
  })

  test('a gap of more than two intervals counts as one', () => {
    const { states } = run(rule, values([0, 81], [3_600, 81], [3_610, 81]))
    expect(states.map(({ condition }) => condition)).toEqual(['pending', 'pending', 'firing'])
  })

  test('a value that comes back below the bar starts `for` again', () => {
    const { kinds } = run(rule, values([0, 81], [10, 81], [15, 60], [20, 81], [30, 81], [35, 81]))
    expect(kinds).toEqual(['pending', 'dropped', 'pending'])
  })

  test('keeps firing until the condition has stayed away, and resumes within the episode', () => {
    const held = { ...rule, keepFiringMs: 20_000 }
    const { kinds } = run(
      held,
      values([0, 95], [10, 1], [20, 1], [25, 95], [30, 1], [40, 1], [50, null]),
    )
    expect(kinds).toEqual(['raised', 'recovering', 'resumed', 'recovering', 'resolved'])
  })

  test('thresholds below: mirrored', () => {
    const below: StepRule = {
      ...rule,
      bars: barsOf({ warning: { below: 10, clear: 20, for: '0s' } }),
    }
    const { kinds } = run(below, values([0, 15], [10, 10], [20, 19], [30, 21]))
    expect(kinds).toEqual(['raised', 'resolved'])
  })

  test('silence of a living agent is judged by the policy; nothing else resolves', () => {
    const silence = (health: 'stale' | 'unmonitored' | 'error' | 'no_data'): Observation => ({
      kind: 'unknown',
      at: 50_000,
      health,
    })
    const clear = { ...rule, onNoData: 'clear' } as const
    expect(run(clear, [...values([0, 95]), silence('unmonitored')]).state.condition).toBe('firing')
    expect(run(clear, [...values([0, 95]), silence('error')]).state.condition).toBe('firing')
    expect(run(clear, [...values([0, 95]), silence('stale')]).kinds).toEqual(['raised', 'resolved'])
    expect(run(rule, [...values([0, 95]), silence('stale')]).state).toMatchObject({
      condition: 'firing',
      health: 'stale',
    })
    const raise = { ...rule, onNoData: 3 } as const
    expect(run(raise, [silence('no_data')]).state).toMatchObject({ condition: 'firing', level: 3 })
  })

  test('health comes and goes beside the condition, once each', () => {
    const away: Observation = { kind: 'unknown', at: 20_000, health: 'unmonitored' }
    const later: Observation = { kind: 'unknown', at: 30_000, health: 'unmonitored' }
    const { kinds, states } = run(rule, [...values([0, 95]), away, later, ...values([40, 95])])
    expect(kinds).toEqual(['raised', 'health', 'health'])
    expect(states.map(({ health }) => health)).toEqual(['ok', 'unmonitored', 'unmonitored', 'ok'])
  })

  test('a rule that is taken away closes what it opened', () => {
    const gone: Observation = { kind: 'gone', at: 20_000, reason: 'rule_disabled' }
    const { told, state } = run(rule, [...values([0, 95]), gone])
    expect(told.at(-1)).toMatchObject({ kind: 'resolved', reason: 'rule_disabled' })
    expect(state.condition).toBe('normal')
    expect(run(rule, [...values([0, 81]), gone]).kinds).toEqual(['pending', 'dropped'])
  })

  test('flapping keeps the episode open and holds messages, but for critical ones', () => {
    const swings = Array.from({ length: 14 }, (_, slot): [number, number] => [
      slot * 10,
      slot % 2 === 0 ? 95 : 10,
    ])
    const calm = Array.from({ length: 20 }, (_, slot): [number, number] => [200 + slot * 10, 10])
    const warningOnly = {
      ...rule,
      bars: barsOf({ warning: { above: 80, clear: 70, for: '0s' } }),
    }
    const { told, state, kinds } = run(warningOnly, values(...swings, ...calm))
    const started = kinds.indexOf('flapping_started')
    const ended = kinds.indexOf('flapping_ended')
    expect(started).toBeGreaterThan(0)
    expect(told.slice(started + 1, ended).every(({ held }) => held)).toBe(true)
    expect(kinds.slice(ended + 1)).toEqual(['resolved'])
    expect(told.at(-1)?.held).toBe(false)
    expect(state).toMatchObject({ condition: 'normal', flapping: false })
  })

  test('a steady alert does not change from sample to sample', () => {
    const { states } = run(rule, values([0, 95], ...quiet(22)))
    const [before, after] = states.slice(-2)
    expect({ ...after, dataAt: 0 }).toEqual({ ...before, dataAt: 0 })
  })
})

function quiet(count: number): [number, number][] {
  return Array.from({ length: count }, (_, slot): [number, number] => [10 + slot * 10, 95])
}

const levelText = fc.constantFrom('0s', '15s', '40s') as fc.Arbitrary<'0s' | '15s' | '40s'>

const rules = fc
  .record({
    warning: fc.record({
      above: fc.constant(50),
      clear: fc.integer({ min: 30, max: 50 }),
      for: levelText,
    }),
    critical: fc.record({
      above: fc.constant(80),
      clear: fc.integer({ min: 50, max: 80 }),
      for: levelText,
    }),
    keepFiringMs: fc.constantFrom(0, 20_000),
    onNoData: fc.constantFrom<StepRule['onNoData']>('keep', 'clear', 2),
  })
  .map(({ warning, critical, keepFiringMs, onNoData }): StepRule => ({
    bars: barsOf({ warning, critical }),
    keepFiringMs,
    intervalMs: 10_000,
    onNoData,
  }))

/** Observations as they arrive: uneven, some twice, some out of order, some not at all. */
const timelines = fc
  .array(
    fc.record({
      gap: fc.integer({ min: -15_000, max: 60_000 }),
      seen: fc.oneof(
        fc.record({ kind: fc.constant('value' as const), value: fc.integer({ min: 0, max: 100 }) }),
        fc.constant({ kind: 'absent' as const }),
        fc.record({
          kind: fc.constant('unknown' as const),
          health: fc.constantFrom(
            'no_data' as const,
            'error' as const,
            'stale' as const,
            'unmonitored' as const,
          ),
        }),
      ),
    }),
    { maxLength: 80 },
  )
  .map((steps) => {
    let at = 1_000_000
    return steps.map(({ gap, seen }): Observation => {
      at += gap
      return { ...seen, at }
    })
  })

describe('for every timeline', () => {
  test('I1: sequences are dense, and each transition starts where the last one ended', () => {
    fc.assert(
      fc.property(rules, timelines, (given, seen) => {
        const { told } = run(given, seen)
        expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_, index) => index + 1))
        for (const [index, next] of told.slice(1).entries()) {
          expect(next.fromCondition).toBe(told[index]?.toCondition)
          expect(next.fromLevel).toBe(told[index]?.toLevel)
        }
      }),
    )
  })

  test('I10: a sample that is not newer than the last one changes nothing', () => {
    fc.assert(
      fc.property(rules, timelines, (given, seen) => {
        const { state } = run(given, seen)
        if (state.dataAt === null) return
        const late = { kind: 'value', at: state.dataAt, value: 99 } as const
        expect(step(given, state, late)).toEqual({ state, told: [] })
      }),
    )
  })

  test('I11: neither errors nor an agent that is away resolve or raise', () => {
    fc.assert(
      fc.property(
        rules,
        timelines,
        fc.constantFrom('error', 'unmonitored'),
        (given, seen, health) => {
          const { state } = run(given, seen)
          const next = step(given, state, { kind: 'unknown', at: 9e12, health: health as 'error' })
          expect(next.state.condition).toBe(state.condition)
          expect(next.state.level).toBe(state.level)
          expect(next.told.every(({ kind }) => kind === 'health')).toBe(true)
        },
      ),
    )
  })

  test('I12: raised and resolved alternate; a change of level opens no second episode', () => {
    fc.assert(
      fc.property(rules, timelines, (given, seen) => {
        let open = false
        for (const { kind, toLevel } of run(given, seen).told) {
          if (kind === 'raised') expect(open).toBe(false)
          if (kind === 'resolved') expect(open).toBe(true)
          if (kind === 'level_up' || kind === 'level_down') {
            expect(open).toBe(true)
            expect(toLevel).toBeGreaterThan(0)
          }
          open = kind === 'raised' ? true : kind === 'resolved' ? false : open
        }
      }),
    )
  })

  test('I14: a restart anywhere, with the state kept as JSON, gives the same transitions', () => {
    fc.assert(
      fc.property(rules, timelines, fc.nat(80), (given, seen, cut) => {
        const whole = run(given, seen)
        const first = run(given, seen.slice(0, cut))
        const kept = JSON.parse(JSON.stringify(first.state)) as AlertState
        const second = run(given, seen.slice(cut), kept)
        expect([...first.told, ...second.told]).toEqual(whole.told)
        expect(second.state).toEqual(whole.state)
      }),
    )
  })

  test('never fires on less observed time than `for` asks', () => {
    fc.assert(
      fc.property(rules, timelines, (given, seen) => {
        const { told } = run(given, seen)
        for (const { kind, toLevel, at, reason } of told) {
          if (kind !== 'raised' || reason !== 'threshold') continue
          const { forMs = 0 } = given.bars.find(({ level }) => level === toLevel) ?? {}
          const pending = told.findLast((one) => one.at <= at && one.kind === 'pending')
          if (forMs > 0) expect(at - (pending?.at ?? at)).toBeGreaterThanOrEqual(forMs)
        }
      }),
    )
  })
})

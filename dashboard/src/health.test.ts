import { describe, expect, test } from 'vitest'
import { instanceStates, type Area, type Instance } from './api.ts'
import { agentShown, areaShown, availabilityShown } from './health.ts'

const fresh = { isOld: false }
const area = (fields: Partial<Area> = {}): Area => ({
  level: 0,
  health: 'ok',
  alerts: 0,
  ...fields,
})
const instance = (fields: Partial<Instance>, availability = area()) =>
  ({ state: 'up', health: 'ok', areas: { availability }, ...fields }) as Instance

describe('a cell of the overview', () => {
  test('is ok only when its data is fresh and the page is, too', () => {
    expect(areaShown(area(), fresh)).toEqual({ mark: 'ok', word: 'ok', old: false })
    for (const health of ['stale', 'unknown'] as const) {
      expect(areaShown(area({ health }), fresh).mark).not.toBe('ok')
    }
    expect(areaShown(area(), { isOld: true })).toEqual({ mark: 'stale', word: 'stale', old: true })
  })

  test('keeps the level of an alert whose data went stale, drawn as old', () => {
    const shown = areaShown(area({ level: 3, alerts: 2, health: 'stale' }), fresh)
    expect(shown).toEqual({ mark: 'critical', word: 'critical ×2', old: true })
  })

  test('of a level nobody knows is unknown', () => {
    expect(areaShown(area({ level: 9 }), fresh).mark).toBe('unknown')
  })
})

describe('availability', () => {
  test('says the state, before and after the alert', () => {
    expect(availabilityShown(instance({}), fresh)).toMatchObject({ mark: 'ok', word: 'up' })
    expect(availabilityShown(instance({ state: 'down' }), fresh)).toMatchObject({
      mark: 'warning',
      word: 'down',
    })
    expect(
      availabilityShown(instance({ state: 'down' }, area({ level: 3, alerts: 1 })), fresh),
    ).toMatchObject({ mark: 'critical', word: 'down' })
    expect(availabilityShown(instance({ state: 'starting' }), fresh)).toMatchObject({
      mark: 'info',
    })
  })

  test('is stale when its data is, though the server then knows no state; unwatched when its agent is away', () => {
    expect(availabilityShown(instance({ state: 'unknown', health: 'stale' }), fresh).mark).toBe(
      'stale',
    )
    expect(availabilityShown(instance({ state: 'unknown', health: 'no_data' }), fresh).mark).toBe(
      'unknown',
    )
    expect(
      availabilityShown(instance({ state: 'unknown', health: 'unmonitored' }), fresh),
    ).toMatchObject({ mark: 'unmonitored', word: 'unwatched' })
  })

  test('is green for nothing but an instance that is up by fresh data', () => {
    const healths = ['ok', 'stale', 'unmonitored', 'no_data'] as const
    const areaHealths = ['ok', 'stale', 'unknown'] as const
    const all = instanceStates.flatMap((state) =>
      healths.flatMap((health) =>
        areaHealths.flatMap((areaHealth) =>
          [false, true].map((isOld) => ({ state, health, areaHealth, isOld })),
        ),
      ),
    )
    for (const { state, health, areaHealth, isOld } of all) {
      const shown = availabilityShown(instance({ state, health }, area({ health: areaHealth })), {
        isOld,
      })
      const certain = state === 'up' && health === 'ok' && areaHealth === 'ok' && !isOld
      expect(shown.mark === 'ok', `${state} ${health} ${areaHealth} ${isOld}`).toBe(certain)
    }
  })
})

test('an agent that is late, or was never seen, is not ok', () => {
  expect(agentShown({ state: 'ok' } as never, fresh).mark).toBe('ok')
  expect(agentShown({ state: 'ok' } as never, { isOld: true }).mark).toBe('stale')
  expect(agentShown({ state: 'late' } as never, fresh).mark).toBe('warning')
  expect(agentShown({ state: 'unknown' } as never, fresh).mark).toBe('unknown')
})

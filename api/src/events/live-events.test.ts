import { expect, test } from 'vitest'
import type { Sql } from '../../repository/index.ts'
import { createLiveEvents } from './live-events.ts'

function fakeSql() {
  const ears = new Map<string, (payload: string) => void>()
  const listen = (channel: string, hear: (payload: string) => void) => {
    ears.set(channel, hear)
    return Promise.resolve({ unlisten: () => Promise.resolve() })
  }
  return {
    sql: { listen } as unknown as Sql,
    tell: (channel: string, payload: string) => ears.get(channel)?.(payload),
  }
}

test('a subscriber that falls behind hears only that it must read everything again', async () => {
  const { sql, tell } = fakeSql()
  const live = await createLiveEvents({ sql })
  const subscription = live.subscribe()
  for (let at = 0; at < 201; at += 1) tell('alerts', String(at))
  expect(await subscription?.next(0)).toEqual({ event: 'resync', data: {} })
  expect(await subscription?.next(0)).toBeUndefined()
  await live.close()
})

test('a flood of samples is told as one', async () => {
  const { sql, tell } = fakeSql()
  const live = await createLiveEvents({ sql, sampleEveryMs: 5 })
  const subscription = live.subscribe()
  for (let at = 0; at < 150; at += 1)
    tell('samples', JSON.stringify({ probe: 'x', instanceId: at }))
  tell('samples', 'not JSON')
  expect(await subscription?.next(5_000)).toEqual({ event: 'sample', data: {} })
  expect(await subscription?.next(0)).toBeUndefined()
  await live.close()
})

test('closing ends every subscription', async () => {
  const live = await createLiveEvents({ sql: fakeSql().sql })
  const subscription = live.subscribe()
  const waiting = subscription?.next(60_000)
  await live.close()
  expect(await waiting).toBeUndefined()
  expect(subscription?.isClosed()).toBe(true)
  expect(live.count()).toBe(0)
})

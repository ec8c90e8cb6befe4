import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createSchedule, nextDue, placeOf } from './schedule.ts'

describe('when a task is due', () => {
  test('is always behind now, within one interval, and an interval later again', () => {
    fc.assert(
      fc.property(
        fc.record({
          name: fc.string(),
          target: fc.string(),
          everyMs: fc.integer({ min: 1_000, max: 3_600_000 }),
        }),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        (task, now) => {
          const { everyMs } = task
          const due = nextDue(task, now)
          expect(due).toBeGreaterThan(now)
          expect(due - now).toBeLessThanOrEqual(everyMs + 0.001)
          expect(nextDue(task, due)).toBe(due + everyMs)
        },
      ),
    )
  })

  test('is at one place in five seconds for all tasks of a target, each in a beat of its own', () => {
    const due = (name: string, everyMs: number) => nextDue({ name, target: '7', everyMs }, 0)
    const names = Array.from({ length: 100 }, (_, index) => `7/probe-${index}`)
    const places = names.flatMap((name) => [5_000, 30_000, 300_000].map((ms) => due(name, ms)))
    expect(new Set(places.map((place) => place % 5_000)).size).toBe(1)
    expect(new Set(names.map((name) => due(name, 30_000))).size).toBe(6)
  })

  test('differs by target, so that a fleet is not asked all at once', () => {
    const places = Array.from({ length: 1_000 }, (_, id) => placeOf(`${id}`))
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const here = places.filter((place) => Math.floor(place * 10) === tenth).length
      expect(here).toBeGreaterThan(60)
    }
  })
})

describe('a schedule', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  const start = (run: () => Promise<void>) => {
    const skipped: string[] = []
    const failed: unknown[] = []
    const schedule = createSchedule({
      onSkipped: (name) => skipped.push(name),
      onFailed: (_, error) => failed.push(error),
    })
    const task = schedule.add({ name: 'x', target: 'x', everyMs: 1_000, run })
    return { schedule, task, skipped, failed }
  }

  test('runs once an interval, also after a run has failed', async () => {
    const run = vi.fn(() => Promise.reject(new Error('no')))
    const { failed } = start(run)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(run).toHaveBeenCalledTimes(5)
    expect(failed).toHaveLength(5)
  })

  test('never runs a task beside itself: it skips, and counts', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const run = vi.fn(() => promise)
    const { skipped } = start(run)
    await vi.advanceTimersByTimeAsync(4_000)
    expect(run).toHaveBeenCalledTimes(1)
    expect(skipped).toEqual(['x', 'x', 'x'])
    resolve()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(run).toHaveBeenCalledTimes(2)
  })

  test('after a long stop catches up by one run at most', () => {
    let now = 0
    const run = vi.fn(() => Promise.resolve())
    const schedule = createSchedule({
      now: () => now,
      onSkipped: () => undefined,
      onFailed: () => undefined,
    })
    schedule.add({ name: 'x', target: 'x', everyMs: 1_000, run })
    // The timers stood still for three hours; the first to fire sees the new time.
    now = 3 * 3_600_000
    vi.advanceTimersByTime(1_000)
    expect(run).toHaveBeenCalledTimes(1)
    schedule[Symbol.dispose]()
  })

  test('asked to run now while it runs, runs once more behind that', async () => {
    const turns = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let turn = 0
    const run = vi.fn(() => turns[turn++]?.promise ?? Promise.resolve())
    const { task, schedule } = start(run)
    task.runNow()
    task.runNow()
    task.runNow()
    expect(run).toHaveBeenCalledTimes(1)
    turns[0]?.resolve()
    await vi.advanceTimersByTimeAsync(0)
    expect(run).toHaveBeenCalledTimes(2)
    schedule[Symbol.dispose]()
    turns[1]?.resolve()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(run).toHaveBeenCalledTimes(2)
  })
})

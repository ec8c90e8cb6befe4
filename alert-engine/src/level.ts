import { durationMs } from '@trunkline/probes'
import type { Level, LevelName, Rule } from '@trunkline/rules'

/** One level of a rule as numbers: entered at `raise`, held to `clear`, after `forMs` of observed time. */
export interface Bar {
  level: 1 | 2 | 3
  raise: number
  clear: number
  forMs: number
  /** Which way is worse. */
  side: 'above' | 'below'
}

export const levelNumbers = { info: 1, warning: 2, critical: 3 } as const satisfies Record<
  LevelName,
  number
>

/** A rule's bars, lowest level first. */
export function barsOf(levels: Rule['levels']): Bar[] {
  const names = ['info', 'warning', 'critical'] as const
  return names.flatMap((name) => {
    const level = levels[name]
    return level === undefined ? [] : [barOf(levelNumbers[name], level)]
  })
}

function barOf(level: Bar['level'], given: Level): Bar {
  const forMs = durationMs(given.for)
  return 'above' in given
    ? { level, raise: given.above, clear: given.clear, forMs, side: 'above' }
    : { level, raise: given.below, clear: given.clear, forMs, side: 'below' }
}

/**
 * The level a value asks for when `present` is the level it has: the highest one it enters, or the highest one up to
 * `present` whose clear value it has not passed. One formula for raise, hysteresis, downgrade and clear.
 */
export function targetLevel(bars: readonly Bar[], value: number, present: number): number {
  const asked = bars.filter(
    (bar) =>
      isBeyond(bar, value, bar.raise) || (bar.level <= present && isBeyond(bar, value, bar.clear)),
  )
  return asked.reduce((highest, bar) => Math.max(highest, bar.level), 0)
}

function isBeyond(bar: Bar, value: number, limit: number): boolean {
  return bar.side === 'above' ? value >= limit : value <= limit
}

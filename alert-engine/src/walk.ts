import type {
  AlertState,
  Observation,
  StepRule,
  Transition,
  TransitionKind,
} from './alert-state.ts'
import type { Bar } from './level.ts'

/** A state being changed, and the transitions made on the way. */
export interface Walk {
  readonly now: () => AlertState
  readonly at: number
  /** Observed time since the newest sample before this one. */
  readonly countedMs: number
  change(part: Partial<AlertState>): void
  tell(kind: TransitionKind, reason: string, part?: Partial<AlertState>): void
  result(): { state: AlertState; told: Transition[] }
}

/** Starts from the state that an observation meets. */
export function createWalk(rule: StepRule, before: AlertState, seen: Observation): Walk {
  let state = before
  const told: Transition[] = []
  const gap = before.dataAt === null ? 0 : seen.at - before.dataAt
  return {
    now: () => state,
    at: seen.at,
    // A gap proves nothing: an engine or agent that slept adds at most one interval.
    countedMs: gap > 2 * rule.intervalMs ? rule.intervalMs : gap,
    change: (part) => {
      state = { ...state, ...part }
    },
    tell: (kind, reason, part = {}) => {
      const from = state
      state = { ...state, ...part, sequence: state.sequence + 1 }
      const severe = (kind === 'raised' || kind === 'level_up') && state.level === 3
      told.push({
        sequence: state.sequence,
        at: seen.at,
        kind,
        fromCondition: from.condition,
        toCondition: state.condition,
        fromLevel: from.level,
        toLevel: state.level,
        reason,
        value: state.value,
        threshold: thresholdOf(rule.bars, kind === 'resolved' ? from.level : state.level, kind),
        dataAt: state.dataAt,
        held: from.flapping && !severe && kind !== 'flapping_ended',
      })
    },
    result: () => ({ state, told }),
  }
}

/** The bar that a transition is about: for a resolved the one it fell below. */
export function thresholdOf(
  bars: readonly Bar[],
  level: number,
  kind: TransitionKind,
): number | null {
  const bar = bars.find((one) => one.level === level)
  return (kind === 'resolved' ? bar?.clear : bar?.raise) ?? null
}

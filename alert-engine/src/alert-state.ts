import type { Bar } from './level.ts'

export type Condition = 'normal' | 'pending' | 'firing' | 'recovering'
export type Health = 'ok' | 'no_data' | 'error' | 'stale' | 'unmonitored'

/** What decides a step, for one instance: its overrides are already merged in. Times are milliseconds. */
export interface StepRule {
  bars: readonly Bar[]
  keepFiringMs: number
  /** How often the condition is observed when all is well. */
  intervalMs: number
  onNoData: 'keep' | 'clear' | 1 | 2 | 3
}

/** The dimensions of one alert. Acknowledgement and muting are not among them: they never change it. */
export interface AlertState {
  condition: Condition
  level: number
  /** Highest of the episode. */
  maxLevel: number
  health: Health
  flapping: boolean
  flapRing: number
  /** Observed time at or above each level, as far as its `for` needs it. */
  observedMs: Readonly<Record<string, number>>
  pendingSince: number | null
  /** Since when it is below the level it has. */
  recoveringSince: number | null
  recoveringMs: number
  raisedAt: number | null
  resolvedAt: number | null
  sequence: number
  value: number | null
  threshold: number | null
  /** Time of the newest sample that counted. */
  dataAt: number | null
}

/**
 * `value`: a row. `absent`: a good sample that no longer holds the row, so the condition is false. `unknown`: nobody
 * could look. `gone`: what is watched, or the rule, is no more. Of samples, `at` is when they were taken, and
 * `health` says when they are old news by now.
 */
export type Observation =
  | { kind: 'value'; at: number; value: number; health?: Health }
  | { kind: 'absent'; at: number; health?: Health }
  | { kind: 'unknown'; at: number; health: Exclude<Health, 'ok'> }
  | { kind: 'gone'; at: number; reason: 'instance_removed' | 'rule_disabled' | 'rule_removed' }

export type TransitionKind =
  | 'pending'
  | 'raised'
  | 'level_up'
  | 'level_down'
  | 'recovering'
  | 'resumed'
  | 'resolved'
  | 'dropped'
  | 'health'
  | 'flapping_started'
  | 'flapping_ended'

export interface Transition {
  sequence: number
  at: number
  kind: TransitionKind
  fromCondition: Condition
  toCondition: Condition
  fromLevel: number
  toLevel: number
  reason: string
  value: number | null
  threshold: number | null
  dataAt: number | null
  /** It happened while the alert flaps, and is not told by itself. */
  held: boolean
}

export const freshAlert: AlertState = {
  condition: 'normal',
  level: 0,
  maxLevel: 0,
  health: 'ok',
  flapping: false,
  flapRing: 0,
  observedMs: {},
  pendingSince: null,
  recoveringSince: null,
  recoveringMs: 0,
  raisedAt: null,
  resolvedAt: null,
  sequence: 0,
  value: null,
  threshold: null,
  dataAt: null,
}

/** `unmuted` and `unacknowledged` are decided beside the state machine. */
export type DecidedTransition = Omit<Transition, 'kind'> & {
  kind: Transition['kind'] | 'unmuted' | 'unacknowledged'
}

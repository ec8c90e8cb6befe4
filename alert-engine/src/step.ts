import type { AlertState, Health, Observation, StepRule, Transition } from './alert-state.ts'
import { isFlapping, pushFlap } from './flapping.ts'
import { targetLevel } from './level.ts'
import { createWalk, thresholdOf, type Walk } from './walk.ts'

/** The next state of one alert, and its transitions. Pure: the time is in the observation. */
export function step(
  rule: StepRule,
  state: AlertState,
  seen: Observation,
): { state: AlertState; told: Transition[] } {
  const walk = createWalk(rule, state, seen)
  if (seen.kind === 'gone') {
    walk.change({ flapping: false, flapRing: 0 })
    end(walk, seen.reason)
  } else if (seen.kind === 'unknown') {
    becomeUnknown(walk, rule, seen.health)
  } else if (state.dataAt === null || seen.at > state.dataAt) {
    observe(walk, rule, seen)
  }
  return walk.result()
}

function observe(
  walk: Walk,
  rule: StepRule,
  seen: Extract<Observation, { kind: 'value' | 'absent' }>,
): void {
  const before = walk.now()
  const value = seen.kind === 'value' ? seen.value : null
  const present = isOpen(before) ? before.level : 0
  const target = value === null ? 0 : targetLevel(rule.bars, value, present)
  walk.change({ value, dataAt: seen.at, observedMs: observedTime(walk, rule, target) })
  setHealth(walk, seen.health ?? 'ok')
  const reason = value === null ? 'row_gone' : 'threshold'
  if (isOpen(before)) moveOpen({ walk, rule, target, reason })
  else moveClosed({ walk, rule, target, reason })
  walk.change({ threshold: thresholdOf(rule.bars, Math.max(walk.now().level, target), 'raised') })
  settleFlapping({ walk, rule, before, target })
}

function observedTime(walk: Walk, rule: StepRule, target: number): Record<string, number> {
  const before = walk.now().observedMs
  const reached = rule.bars.filter((bar) => bar.level <= target)
  return Object.fromEntries(
    reached.map(({ level, forMs }) => {
      const earlier = before[level]
      return [level, earlier === undefined ? 0 : Math.min(earlier + walk.countedMs, forMs)]
    }),
  )
}

interface Move {
  walk: Walk
  rule: StepRule
  target: number
  reason: string
}

function moveClosed({ walk, rule, target, reason }: Move): void {
  const { condition } = walk.now()
  const served = servedLevel(walk, rule)
  if (served > 0) raise(walk, served, reason)
  else if (target > 0 && condition === 'normal') {
    walk.tell('pending', reason, { condition: 'pending', pendingSince: walk.at })
  } else if (target === 0) end(walk, reason)
}

function raise(walk: Walk, level: number, reason: string): void {
  walk.tell('raised', reason, {
    condition: 'firing',
    level,
    maxLevel: level,
    pendingSince: walk.now().pendingSince ?? walk.at,
    raisedAt: walk.at,
    resolvedAt: null,
    recoveringSince: null,
    recoveringMs: 0,
  })
}

function moveOpen(move: Move): void {
  const { walk, rule, target, reason } = move
  if (target === 0) return recover(move)
  if (walk.now().condition === 'recovering') {
    walk.tell('resumed', reason, { condition: 'firing', recoveringSince: null, recoveringMs: 0 })
  }
  const { level, maxLevel } = walk.now()
  const served = servedLevel(walk, rule)
  if (target < level) return sink(move)
  walk.change({ recoveringSince: null, recoveringMs: 0 })
  if (served > level) {
    walk.tell('level_up', reason, { level: served, maxLevel: Math.max(served, maxLevel) })
  }
}

/** The condition is false: over at once, or after it has stayed so for `keepFiring`. A flapping alert stays open. */
function recover({ walk, rule, reason }: Move): void {
  const { condition, recoveringMs, flapping } = walk.now()
  const awayMs = condition === 'recovering' ? recoveringMs + walk.countedMs : 0
  if (awayMs >= rule.keepFiringMs && !flapping) return end(walk, reason)
  const part = {
    condition: 'recovering',
    recoveringMs: Math.min(awayMs, rule.keepFiringMs),
  } as const
  if (condition === 'recovering') walk.change(part)
  else walk.tell('recovering', reason, { ...part, recoveringSince: walk.at })
}

/** A lower level is asked for: taken once it has been so for `keepFiring`. */
function sink({ walk, rule, target, reason }: Move): void {
  const { recoveringSince, recoveringMs } = walk.now()
  const lowerMs = recoveringSince === null ? 0 : recoveringMs + walk.countedMs
  if (lowerMs >= rule.keepFiringMs) {
    walk.tell('level_down', reason, { level: target, recoveringSince: null, recoveringMs: 0 })
  } else walk.change({ recoveringSince: recoveringSince ?? walk.at, recoveringMs: lowerMs })
}

/** The highest level whose own `for` is served. */
function servedLevel(walk: Walk, rule: StepRule): number {
  const observed = walk.now().observedMs
  const served = rule.bars.filter(({ level, forMs }) => (observed[level] ?? -1) >= forMs)
  return served.reduce((highest, { level }) => Math.max(highest, level), 0)
}

function end(walk: Walk, reason: string): void {
  const closed = {
    condition: 'normal',
    level: 0,
    observedMs: {},
    pendingSince: null,
    recoveringSince: null,
    recoveringMs: 0,
    health: 'ok',
  } as const
  const { condition } = walk.now()
  if (condition === 'pending') walk.tell('dropped', reason, closed)
  else if (condition !== 'normal') walk.tell('resolved', reason, { ...closed, resolvedAt: walk.at })
}

/** Nobody could look: the condition stays as it is. Only silence of a living agent is judged by the rule's policy. */
function becomeUnknown(walk: Walk, rule: StepRule, health: Exclude<Health, 'ok'>): void {
  const before = walk.now()
  const isSilent = health === 'no_data' || health === 'stale'
  if (isSilent && rule.onNoData === 'clear') return end(walk, health)
  if (before.condition !== 'normal') setHealth(walk, health)
  if (!isSilent || typeof rule.onNoData !== 'number' || rule.onNoData <= before.level) return
  walk.change({ health })
  if (!isOpen(before)) raise(walk, rule.onNoData, health)
  else
    walk.tell('level_up', health, {
      condition: 'firing',
      level: rule.onNoData,
      maxLevel: rule.onNoData,
    })
}

function setHealth(walk: Walk, health: Health): void {
  const before = walk.now().health
  if (before !== health) walk.tell('health', `${before} → ${health}`, { health })
}

function settleFlapping({
  walk,
  rule,
  before,
  target,
}: Omit<Move, 'reason'> & { before: AlertState }): void {
  const changed = shownLevel(before) !== shownLevel(walk.now())
  const age = before.dataAt === null ? 1 : Math.round((walk.at - before.dataAt) / rule.intervalMs)
  const flapRing = pushFlap(before.flapRing, changed, Math.max(1, age))
  walk.change({ flapRing })
  const flapping = isFlapping(flapRing, before.flapping)
  if (flapping === before.flapping) return
  walk.tell(flapping ? 'flapping_started' : 'flapping_ended', 'flapping', { flapping })
  const { condition, recoveringMs } = walk.now()
  if (
    !flapping &&
    condition === 'recovering' &&
    target === 0 &&
    recoveringMs >= rule.keepFiringMs
  ) {
    end(walk, 'flapping_ended')
  }
}

function shownLevel({ condition, level }: AlertState): number {
  return condition === 'firing' ? level : 0
}

function isOpen({ condition }: AlertState): boolean {
  return condition === 'firing' || condition === 'recovering'
}

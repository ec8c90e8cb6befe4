import type { AlertState } from './alert-state.ts'

const refreshMs = 60_000

/** Steady alerts are written once a minute, for their value; any other change at once. */
export function isWorthKeeping(before: AlertState, after: AlertState): boolean {
  if ((after.dataAt ?? 0) - (before.dataAt ?? 0) >= refreshMs) return true
  return JSON.stringify(lasting(before)) !== JSON.stringify(lasting(after))
}

/** All but what follows from the time: the value, and the growing older of the flap ring. */
function lasting(state: AlertState): (string | number | boolean | null)[] {
  const { condition, level, maxLevel, health, flapping, flapRing, observedMs } = state
  const observed = [1, 2, 3].map((one) => observedMs[one] ?? -1)
  const { recoveringSince, recoveringMs } = state
  const rest = [condition, level, maxLevel, health, flapping, flapRing === 0]
  return [...rest, recoveringSince, recoveringMs, ...observed]
}

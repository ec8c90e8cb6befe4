export interface Verdict {
  state: 'succeeded' | 'ineffective'
  why: string
}

/**
 * Whether an action that has run did what it was run for. Run for an alert, that the alert is over is the proof, and
 * nothing less; otherwise that samples taken since show the effect. Undefined: too early to say.
 */
export function judgeVerification(seen: {
  alert: { isOver: boolean } | null
  /** Why the samples do not show the effect; empty when they do. */
  notYet: readonly string[]
  elapsedMs: number
  withinMs: number
}): Verdict | undefined {
  const { alert, notYet, elapsedMs, withinMs } = seen
  if (alert?.isOver) return { state: 'succeeded', why: 'the alert is over' }
  if (alert === null && notYet.length === 0) {
    return { state: 'succeeded', why: 'samples taken since show it' }
  }
  if (elapsedMs < withinMs) return undefined
  const reason = notYet[0] ?? 'it did what it says'
  return { state: 'ineffective', why: alert ? `${reason}, and the alert goes on` : reason }
}

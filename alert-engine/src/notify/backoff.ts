const secondsByAttempt = [15, 30, 60, 120, 300]
const capSeconds = 600

/** How long to wait after a failed attempt, the first being 1. */
export function retryAfterMs(attempt: number): number {
  return 1_000 * (secondsByAttempt[attempt - 1] ?? capSeconds)
}

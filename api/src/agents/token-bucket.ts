/** Lets each key through `burst` times at once and `perSecond` times a second after that. */
export function createTokenBuckets({ perSecond, burst }: { perSecond: number; burst: number }) {
  const buckets = new Map<string, { tokens: number; at: number }>()
  return {
    /** Whether one more is let through. */
    take: (key: string, nowMs: number): boolean => {
      const known = buckets.get(key) ?? { tokens: burst, at: nowMs }
      const refilled = known.tokens + (Math.max(0, nowMs - known.at) / 1_000) * perSecond
      const tokens = Math.min(burst, refilled)
      const isAllowed = tokens >= 1
      buckets.set(key, { tokens: isAllowed ? tokens - 1 : tokens, at: nowMs })
      return isAllowed
    },
  }
}

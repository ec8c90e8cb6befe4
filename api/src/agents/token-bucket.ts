/** Strangers could bring any number of addresses. */
const mostKeys = 20_000

/** Lets each key through `burst` times at once and `perSecond` times a second after that. */
export function createTokenBuckets({ perSecond, burst }: { perSecond: number; burst: number }) {
  const buckets = new Map<string, { tokens: number; at: number }>()
  const remember = (key: string, bucket: { tokens: number; at: number }) => {
    // Behind all others, so that the first is the one longest unused, and the one to forget.
    buckets.delete(key)
    buckets.set(key, bucket)
    const [oldest] = buckets.keys()
    if (buckets.size > mostKeys && oldest !== undefined) buckets.delete(oldest)
  }
  return {
    /** Whether one more is let through. */
    take: (key: string, nowMs: number): boolean => {
      const known = buckets.get(key) ?? { tokens: burst, at: nowMs }
      const refilled = known.tokens + (Math.max(0, nowMs - known.at) / 1_000) * perSecond
      const tokens = Math.min(burst, refilled)
      const isAllowed = tokens >= 1
      remember(key, { tokens: isAllowed ? tokens - 1 : tokens, at: nowMs })
      return isAllowed
    },
  }
}

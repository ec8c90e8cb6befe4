import { ProblemError } from '../problem-error.ts'
import { networkOf } from './network.ts'

const windowMs = 5 * 60_000
const limits = { pair: 5, account: 30, network: 30 } as const
const mostKeys = 20_000

export interface Throttle {
  /**
   * Throws while too many attempts have failed for this account, from this network, or for both together. The attempt
   * counts as failed from now on, so that many at the same time are no more than one after the other.
   */
  begin(attempt: Attempt): {
    /** Forgets it, and what this account failed from this network before. */
    succeeded(): void
    /** Forgets it: whether it was right is not known. */
    takenBack(): void
  }
}

interface Attempt {
  account: string
  address: string
  now: Date
}

/**
 * Slows guessing. Few failures of one account from one network are enough; the wider limits are looser, so that a
 * stranger cannot keep an account's owner out.
 */
export function createThrottle(): Throttle {
  const failures = new Map<string, { count: number; until: number }>()
  const countOf = (key: string, now: number) => {
    const known = failures.get(key)
    return known && known.until > now ? known : undefined
  }
  const countUp = (key: string, now: number) => {
    const known = countOf(key, now)
    failures.delete(key)
    failures.set(key, { count: (known?.count ?? 0) + 1, until: known?.until ?? now + windowMs })
    const [oldest] = failures.keys()
    if (failures.size > mostKeys && oldest !== undefined) failures.delete(oldest)
  }
  const countDown = (key: string) => {
    const known = failures.get(key)
    if (known) known.count = Math.max(0, known.count - 1)
  }
  return {
    begin: (attempt) => {
      const now = attempt.now.getTime()
      const limited = keysOf(attempt)
      for (const [key, limit] of limited) {
        const known = countOf(key, now)
        if (known && known.count >= limit) throw tooMany(known.until - now)
      }
      const keys = limited.map(([key]) => key)
      for (const key of keys) countUp(key, now)
      const takenBack = () => keys.forEach(countDown)
      const succeeded = () => {
        takenBack()
        failures.delete(pairOf(attempt))
      }
      return { succeeded, takenBack }
    },
  }
}

function keysOf({ account, address }: Attempt): [string, number][] {
  return [
    [pairOf({ account, address }), limits.pair],
    [`account ${account}`, limits.account],
    [`network ${networkOf(address)}`, limits.network],
  ]
}

function pairOf({ account, address }: Pick<Attempt, 'account' | 'address'>): string {
  return `pair ${JSON.stringify([account, networkOf(address)])}`
}

function tooMany(waitMs: number): ProblemError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000))
  return new ProblemError({
    status: 429,
    detail: `Too many failed attempts to sign in; try again in ${seconds} seconds.`,
    retryAfterSeconds: seconds,
  })
}

import { ProblemError } from '../problem-error.ts'
import { networkOf } from './network.ts'

const windowMs = 5 * 60_000
const limits = { pair: 5, account: 30, network: 30 } as const
const mostKeys = 20_000

export interface Throttle {
  /** Throws while too many attempts have failed for this account, from this network, or for both together. */
  check(attempt: Attempt): void
  failed(attempt: Attempt): void
  succeeded(attempt: Attempt): void
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
  return {
    check: (attempt) => {
      const now = attempt.now.getTime()
      for (const [key, limit] of keysOf(attempt)) {
        const known = countOf(key, now)
        if (known && known.count >= limit) throw tooMany(known.until - now)
      }
    },
    failed: (attempt) => {
      const now = attempt.now.getTime()
      for (const [key] of keysOf(attempt)) {
        const known = countOf(key, now)
        failures.delete(key)
        failures.set(key, { count: (known?.count ?? 0) + 1, until: known?.until ?? now + windowMs })
        const [oldest] = failures.keys()
        if (failures.size > mostKeys && oldest !== undefined) failures.delete(oldest)
      }
    },
    succeeded: (attempt) => {
      for (const [key] of keysOf(attempt).slice(0, 1)) failures.delete(key)
    },
  }
}

function keysOf({ account, address }: Attempt): [string, number][] {
  const network = networkOf(address)
  return [
    [`pair ${JSON.stringify([account, network])}`, limits.pair],
    [`account ${account}`, limits.account],
    [`network ${network}`, limits.network],
  ]
}

function tooMany(waitMs: number): ProblemError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000))
  return new ProblemError({
    status: 429,
    detail: `Too many failed attempts to sign in; try again in ${seconds} seconds.`,
    retryAfterSeconds: seconds,
  })
}

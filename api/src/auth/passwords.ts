import { hash, verify } from '@node-rs/argon2'
import { ProblemError } from '../problem-error.ts'

/** OWASP's floor for argon2id: 19 MiB, two rounds. */
const cost = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** Of 32 random bytes that nobody kept; hashed at the cost above. */
const decoy =
  '$argon2id$v=19$m=19456,t=2,p=1$27TmfzyyoWj++WyZmorQqg$nV2x5nlzoNzbdUGI+lYHxhWh86H1gufnWgYVQiXNTWA'

export interface Passwords {
  hash(password: string): Promise<string>
  /** Takes as long for an account that is not there (`undefined`) as for one that is. */
  verify(stored: string | undefined, password: string): Promise<boolean>
}

/** Hashing is dear on purpose: at most four at once, and a bounded queue behind them. */
export function createPasswords(limit = { atOnce: 4, waiting: 32 }): Passwords {
  const inTurn = createTurns(limit)
  return {
    hash: (password) => inTurn(() => hash(password, cost)),
    verify: async (stored, password) => {
      const matches = await inTurn(() => verify(stored ?? decoy, password).catch(() => false))
      return matches && stored !== undefined
    },
  }
}

function createTurns({ atOnce, waiting }: { atOnce: number; waiting: number }) {
  const queue: (() => void)[] = []
  let running = 0
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= atOnce) {
      if (queue.length >= waiting) throw busy()
      await new Promise<void>((resolve) => queue.push(resolve))
    } else running += 1
    try {
      return await work()
    } finally {
      // The turn is handed on, so `running` stays; or given back.
      const next = queue.shift()
      if (next) next()
      else running -= 1
    }
  }
}

function busy(): ProblemError {
  return new ProblemError({
    status: 429,
    detail: 'Too many people sign in at this moment; try again.',
    retryAfterSeconds: 2,
  })
}

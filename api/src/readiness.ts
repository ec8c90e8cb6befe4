import { createMiddleware } from 'hono/factory'
import { isRepositoryUnavailable, type Sql } from '../repository/index.ts'
import { ProblemError } from './problem-error.ts'

/** Whether the repository can be used. */
export interface Readiness {
  /** It is migrated; it may be away at this moment. */
  isPrepared(): boolean
  prepared(): void
  /** Asks it; throws a 503 unless it is prepared and answers. */
  check(): Promise<void>
}

export function createReadiness({ sql }: { sql: Sql }): Readiness {
  let isPrepared = false
  return {
    isPrepared: () => isPrepared,
    prepared: () => {
      isPrepared = true
    },
    check: async () => {
      if (!isPrepared) throw notPrepared()
      await sql`select 1`.catch((cause: unknown) => {
        if (isRepositoryUnavailable(cause)) throw away(cause)
        throw cause
      })
    },
  }
}

/** Until the tables are there, every query would fail in a way that looks like a fault of ours. */
export function refuseUntilPrepared(readiness: Readiness) {
  return createMiddleware(async (_c, next) => {
    if (!readiness.isPrepared()) throw notPrepared()
    await next()
  })
}

function notPrepared(): ProblemError {
  const detail = 'Trunkline is starting: the repository does not answer, or is being migrated.'
  return new ProblemError({ status: 503, detail, retryAfterSeconds: 2 })
}

function away(cause: unknown): ProblemError {
  const detail = 'The repository does not answer.'
  return new ProblemError({ status: 503, detail, retryAfterSeconds: 5, cause })
}

import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Problem } from './schemas/problem.ts'

/** Ends a request with this problem; `detail` is a sentence for the person who sent it. */
export class ProblemError extends Error {
  readonly status: ContentfulStatusCode
  readonly more: Partial<Problem>
  readonly retryAfterSeconds: number | undefined

  constructor(problem: {
    status: ContentfulStatusCode
    detail: string
    retryAfterSeconds?: number
    more?: Partial<Problem>
    cause?: unknown
  }) {
    super(problem.detail, { cause: problem.cause })
    this.status = problem.status
    this.more = problem.more ?? {}
    this.retryAfterSeconds = problem.retryAfterSeconds
  }
}

/** There is no such thing, said in one way everywhere. */
export function notFound(what: string): ProblemError {
  return new ProblemError({ status: 404, detail: `There is no ${what}.` })
}

import { randomUUID } from 'node:crypto'
import type { Context, ErrorHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { isRepositoryUnavailable } from '../repository/index.ts'
import type { Log } from './log.ts'
import { ProblemError } from './problem-error.ts'
import type { Problem } from './schemas/problem.ts'

const titles: Record<number, string> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflict',
  413: 'Too large',
  415: 'Unknown kind of content',
  422: 'Cannot be done',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Unavailable',
}

/** The one place where an error becomes an answer. */
export function createErrorHandler(log: Log): ErrorHandler {
  return (error, c) => {
    const problem = problemOf(error)
    if (problem) return respond(c, problem)
    const requestId = randomUUID()
    log('request_failed', { requestId, method: c.req.method, path: c.req.path, error })
    const detail = `Something went wrong here; the log says what, under ${requestId}.`
    return respond(c, new ProblemError({ status: 500, detail, more: { requestId } }))
  }
}

/** The answer for a path that is not there. */
export function respondNotFound(c: Context): Response {
  return respond(c, new ProblemError({ status: 404, detail: `There is nothing at ${c.req.path}.` }))
}

/** For schemas: what in the request was wrong, and where. */
export function refuseInvalid(
  result:
    | { success: true }
    | {
        success: false
        error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] }
      },
): void {
  if (result.success) return
  const fields = result.error.issues.map(({ path, message }) => ({
    path: path.map(String).join('.'),
    message,
  }))
  const detail = fields
    .map(({ path, message }) => (path ? `${path}: ${message}` : message))
    .join('; ')
  throw new ProblemError({ status: 400, detail, more: { fields } })
}

function problemOf(error: unknown): ProblemError | undefined {
  if (error instanceof ProblemError) return error
  if (isRepositoryUnavailable(error)) {
    const detail = 'The repository cannot be reached at the moment; what is not shown is unknown.'
    return new ProblemError({ status: 503, detail, retryAfterSeconds: 5 })
  }
  if (error instanceof HTTPException && error.status < 500) {
    return new ProblemError({
      status: error.status,
      detail: error.message || 'The request is malformed.',
    })
  }
  // 22021, 22P05: text that PostgreSQL cannot hold, such as a NUL.
  if (
    error instanceof Error &&
    'code' in error &&
    ['22021', '22P05'].includes(String(error.code))
  ) {
    return new ProblemError({
      status: 400,
      detail: 'The request has characters that cannot be stored.',
    })
  }
  return undefined
}

function respond(c: Context, error: ProblemError): Response {
  const { status, message, more, retryAfterSeconds } = error
  const title = titles[status] ?? 'Problem'
  const problem: Problem = { type: 'about:blank', title, status, detail: message, ...more }
  if (retryAfterSeconds !== undefined) c.header('Retry-After', String(retryAfterSeconds))
  if (status === 401) c.header('WWW-Authenticate', 'Bearer')
  c.header('Cache-Control', 'no-store')
  return c.body(JSON.stringify(problem), status, { 'Content-Type': 'application/problem+json' })
}

import { createClient, type Problem } from '@trunkline/api/client'
import { learnTime } from './clock.ts'

export type * from '@trunkline/api/client'
export { areaNames, instanceStates } from '@trunkline/api/client'

const deadlineMs = 20_000
const listeners = new Set<(answer: Answered) => void>()

/** What every request tells the rest of the page: whether the server answered, and as whom it knows us. */
export interface Answered {
  at: number
  status: number
}

/** The users' API of the server these pages came from. */
export const client = createClient('', { fetch: fetchWithDeadline })

/** What the API refused, or that it did not answer (status 0), as one sentence and what mends it. */
export class ProblemError extends Error {
  readonly problem: Problem
  readonly retryAfterMs: number
  constructor(problem: Problem, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(problem.detail || problem.title, { cause: options.cause })
    this.problem = problem
    this.retryAfterMs = options.retryAfterMs ?? 0
  }
}

type Body<R> = R extends { ok: true; json(): Promise<infer T> } ? T : never

/** The body of a successful answer; anything else is thrown as a `ProblemError`. */
export async function answerOf<R extends Pick<Response, 'ok' | 'json'>>(
  asked: Promise<R>,
): Promise<Body<R>> {
  // `fetchWithDeadline` throws for every answer that is not ok, so what is left has the body of a success.
  return (await (await asked).json()) as Body<R>
}

export function onAnswer(listener: (answer: Answered) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Any thrown thing as a problem that can be shown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem
  const detail = error instanceof Error ? error.message : String(error)
  return { type: 'about:blank', title: 'This page failed', status: 0, detail }
}

async function fetchWithDeadline(
  input: RequestInfo | URL,
  init: RequestInit = {},
): Promise<Response> {
  const signals = [AbortSignal.timeout(deadlineMs), ...(init.signal ? [init.signal] : [])]
  const sentAt = Date.now()
  const response = await fetch(input, { ...init, signal: AbortSignal.any(signals) }).catch(
    (cause: unknown) => {
      init.signal?.throwIfAborted()
      tell({ at: Date.now(), status: 0 })
      throw new ProblemError(noAnswer(cause), { cause })
    },
  )
  learnTime(response.headers.get('date'), sentAt)
  tell({ at: Date.now(), status: response.status })
  if (response.ok) return response
  const retryAfterMs = Number(response.headers.get('retry-after') ?? 0) * 1_000
  throw new ProblemError(await readProblem(response), { retryAfterMs })
}

function tell(answer: Answered) {
  for (const listener of listeners) listener(answer)
}

async function readProblem(response: Response): Promise<Problem> {
  const { status } = response
  const title = `The server answered ${status}`
  const body: unknown = await response.json().catch(() => undefined)
  const isProblem = typeof body === 'object' && body !== null && 'title' in body && 'detail' in body
  // A proxy in between may answer with a page of its own; only problem+json has both.
  return isProblem ? (body as Problem) : { type: 'about:blank', title, status, detail: '' }
}

function noAnswer(cause: unknown): Problem {
  const late = cause instanceof DOMException && cause.name === 'TimeoutError'
  return {
    type: 'about:blank',
    title: late ? 'The server is too slow' : 'The server does not answer',
    status: 0,
    detail: late
      ? `No answer came within ${deadlineMs / 1_000} s. The page keeps trying.`
      : 'The connection failed. The page keeps trying; see that `trunkline up` is running.',
  }
}

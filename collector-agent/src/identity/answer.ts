/** A response of the api that is typed by status, as `hc` gives it. */
interface Answered {
  ok: boolean
  status: number
  headers: Headers
  text(): Promise<string>
  json(): Promise<unknown>
}

type Body<R> = R extends { ok: true; json(): Promise<infer B> } ? B : never

/** The api answered, but not with what was asked for. */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly status: number
  /** As the answer's Retry-After says. */
  readonly retryAfterMs: number | undefined
  constructor(
    message: string,
    { status, retryAfterMs }: { status: number; retryAfterMs: number | undefined },
  ) {
    super(message)
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

/** The body of a good answer; `ApiError` with the problem's own words otherwise. */
export async function answerOf<R extends Answered>(call: Promise<R>): Promise<Body<R>> {
  const response = await call
  if (response.ok) return (await response.json()) as Body<R>
  throw new ApiError(await problemOf(response), {
    status: response.status,
    retryAfterMs: retryAfterMs(response.headers.get('retry-after')),
  })
}

async function problemOf(response: Answered): Promise<string> {
  const text = (await response.text()).slice(0, 2_000)
  try {
    const { title, detail } = JSON.parse(text) as { title?: string; detail?: string }
    return detail ?? title ?? `The api answered ${response.status}.`
  } catch {
    return `The api answered ${response.status}.`
  }
}

/** `Retry-After` in its two forms: seconds, or a date. */
export function retryAfterMs(header: string | null | undefined): number | undefined {
  if (!header) return undefined
  if (/^\d+$/.test(header)) return Number(header) * 1_000
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now())
}

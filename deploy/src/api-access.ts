import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient, type Client, type Problem } from '@trunkline/api/client'
import type { ClientResponse } from 'hono/client'

/** The api, or what it needs, does not answer. */
export class Unavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'Unavailable'
  }
}

/** The api said no, and why. */
export class Refused extends Error {
  readonly status: number
  readonly problem: Partial<Problem>

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.detail ?? problem.title ?? `the api answered ${String(status)}`)
    this.name = 'Refused'
    this.status = status
    this.problem = problem
  }
}

/** The typed client, with a deadline on every call, that throws `Unavailable` or `Refused` instead of answering so. */
export function connectApi(api: { url: string; home: string; deadlineMs?: number }): Client {
  const send: typeof fetch = async (input, init) => {
    const signal = AbortSignal.timeout(api.deadlineMs ?? 20_000)
    const response = await fetch(input, { ...init, signal }).catch((error: unknown) => {
      throw new Unavailable(
        `Trunkline does not answer at ${api.url}. Start it with: npx trunkline up`,
        {
          cause: error,
        },
      )
    })
    if (response.ok) return response
    const problem = await problemOf(response)
    if (response.status === 503)
      throw new Unavailable(problem.detail ?? 'Trunkline cannot answer right now.')
    throw new Refused(response.status, problem)
  }
  return createClient(api.url, { token: readAdminToken(api.home), fetch: send })
}

type SuccessBody<R> =
  R extends ClientResponse<infer Body, infer Status, 'json'>
    ? Status extends 200 | 201 | 202
      ? Body
      : never
    : never

/** The body of a call through `connectApi`, which has already thrown for anything but success. */
export async function answerOf<R extends ClientResponse<unknown, number, string>>(
  call: Promise<R>,
): Promise<SuccessBody<R>> {
  const response = await call
  // Every success of this API is JSON of the type the contract names.
  return (await response.json()) as SuccessBody<R>
}

/** Up to `most` items of a list, page by page. */
export async function allOf<Item>(
  page: (cursor: string | undefined) => Promise<{ items: Item[]; next: string | null }>,
  most = 1_000,
): Promise<Item[]> {
  const items: Item[] = []
  let cursor: string | undefined
  do {
    const { items: more, next } = await page(cursor)
    items.push(...more)
    cursor = next ?? undefined
  } while (cursor !== undefined && items.length < most)
  return items.slice(0, most)
}

async function problemOf(response: Response): Promise<Partial<Problem>> {
  try {
    const body: unknown = await response.json()
    return typeof body === 'object' && body !== null ? body : {}
  } catch {
    return { title: `the api answered ${String(response.status)}` }
  }
}

function readAdminToken(home: string): string {
  const path = join(home, 'admin-token')
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    throw new Unavailable(
      `${path} cannot be read: Trunkline was never started on this home, or another user owns it. ` +
        'Start it with `npx trunkline up`, or name its home with --home.',
      { cause: error },
    )
  }
}

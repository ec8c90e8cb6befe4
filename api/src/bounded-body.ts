import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { ProblemError } from './problem-error.ts'

const methodsWithBody = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** Reads the body of every change before anything else does, never more than `limitBytes` of it. */
export function boundedBody(limitBytes: number) {
  return createMiddleware(async (c, next) => {
    if (methodsWithBody.has(c.req.method)) replaceBody(c, await readBounded(c, limitBytes))
    await next()
  })
}

/** The body as it was sent; 413 when it is longer, whatever length it claims. */
export async function readBounded(c: Context, limitBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.length
    if (size > limitBytes) throw tooLarge(limitBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Lets what comes after read these bytes as the body. */
export function replaceBody(c: Context, body: Buffer): void {
  const headers = new Headers(c.req.raw.headers)
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding'])
    headers.delete(name)
  const { method, url, signal } = c.req.raw
  const bytes = body.length > 0 ? { body: Uint8Array.from(body) } : {}
  c.req.raw = new Request(url, { method, headers, signal, ...bytes })
}

export function tooLarge(limitBytes: number): ProblemError {
  const detail = `The request is longer than ${limitBytes / 1_024} kB; send less at once.`
  return new ProblemError({ status: 413, detail })
}

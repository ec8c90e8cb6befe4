import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { createMiddleware } from 'hono/factory'
import { ProblemError } from '../problem-error.ts'

const unzip = promisify(gunzip)
const sentLimit = 4 * 1_024 * 1_024
const unzippedLimit = 16 * 1_024 * 1_024

/** Reads a gzipped body, never more than 16 MB of it: a few kB may unzip to gigabytes. */
export const unzipBody = createMiddleware(async (c, next) => {
  const encoding = c.req.header('content-encoding')
  if (c.req.method === 'POST') {
    if (encoding !== undefined && encoding !== 'gzip') {
      throw new ProblemError({
        status: 400,
        detail: `The content-encoding ${encoding} is not known; use gzip.`,
      })
    }
    const sent = await readBounded(c.req.raw.body, encoding === 'gzip' ? sentLimit : unzippedLimit)
    const body = encoding === 'gzip' ? await unzipBounded(sent) : sent
    const headers = new Headers(c.req.raw.headers)
    headers.delete('content-encoding')
    headers.delete('content-length')
    c.req.raw = new Request(c.req.url, { method: 'POST', headers, body: Uint8Array.from(body) })
  }
  await next()
})

async function readBounded(
  body: ReadableStream<Uint8Array> | null,
  limit: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > limit) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function unzipBounded(sent: Uint8Array): Promise<Uint8Array> {
  try {
    return await unzip(sent, { maxOutputLength: unzippedLimit })
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge()
    throw new ProblemError({ status: 400, detail: 'The body is not gzip.', cause })
  }
}

function tooLarge(): ProblemError {
  const detail = 'The body is longer than 16 MB unzipped, or 4 MB as sent; send less at once.'
  return new ProblemError({ status: 413, detail })
}

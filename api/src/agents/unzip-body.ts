import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { createMiddleware } from 'hono/factory'
import { readBounded, replaceBody, tooLarge } from '../bounded-body.ts'
import { ProblemError } from '../problem-error.ts'

const unzip = promisify(gunzip)
const sentLimit = 4 * 1_024 * 1_024
const unzippedLimit = 16 * 1_024 * 1_024

/** Reads a body that may be gzipped, never more than 16 MB of it: a few kB may unzip to gigabytes. */
export const unzipBody = createMiddleware(async (c, next) => {
  if (c.req.method === 'POST') {
    const encoding = c.req.header('content-encoding')
    if (encoding !== undefined && encoding !== 'gzip') {
      const detail = `The content-encoding ${encoding} is not known; use gzip.`
      throw new ProblemError({ status: 400, detail })
    }
    const isZipped = encoding === 'gzip'
    const sent = await readBounded(c, isZipped ? sentLimit : unzippedLimit)
    replaceBody(c, isZipped ? await unzipBounded(sent) : sent)
  }
  await next()
})

async function unzipBounded(sent: Buffer): Promise<Buffer> {
  try {
    return await unzip(sent, { maxOutputLength: unzippedLimit })
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(unzippedLimit)
    throw new ProblemError({ status: 400, detail: 'The body is not gzip.', cause })
  }
}

import { createMiddleware } from 'hono/factory'
import type { AppEnv } from '../access.ts'
import { ProblemError } from '../problem-error.ts'

const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses a change that a page of another site made the browser send. A browser says where a request comes from, and
 * no form can set our header. A bearer token is sent by nobody unasked, so it needs none of this.
 */
export function sameSiteOnly(publicUrl: URL) {
  return createMiddleware<AppEnv>(async (c, next) => {
    if (!readingMethods.has(c.req.method) && c.req.header('authorization') === undefined) {
      const site = c.req.header('sec-fetch-site')
      const origin = c.req.header('origin')
      const isOurs =
        origin === undefined ||
        origin === publicUrl.origin ||
        origin === ownOrigin(c.req.url, publicUrl)
      const isSameSite = site === undefined || site === 'same-origin' || site === 'none'
      if (!isOurs || !isSameSite || c.req.header('x-trunkline') === undefined) {
        throw new ProblemError({
          status: 403,
          detail:
            'This change did not come from our own pages; send it with the header x-trunkline: 1.',
        })
      }
    }
    await next()
  })
}

/** The address the browser used, which on one machine may be another name than the public one. */
function ownOrigin(requestUrl: string, publicUrl: URL): string {
  return `${publicUrl.protocol}//${new URL(requestUrl).host}`
}

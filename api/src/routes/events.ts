import { createRoute, z } from '@hono/zod-openapi'
import { access } from '../access.ts'
import { createEventStream } from '../events/event-stream.ts'
import type { Needs } from '../needs.ts'
import { ProblemError } from '../problem-error.ts'
import { newRoutes } from '../routing.ts'
import { answers } from '../schemas/problem.ts'

/** What changes, as it happens. Hints: a page that hears one reads what it shows again, and polls besides. */
export function eventsRoutes({ live, now }: Needs) {
  return newRoutes().openapi(listenRoute, (c) => {
    const stream = createEventStream(live, () => now().getTime())
    if (!stream) {
      const detail = 'Too many pages listen already; poll instead.'
      throw new ProblemError({ status: 503, detail, retryAfterSeconds: 30 })
    }
    return c.body(stream, 200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    })
  })
}

const { 200: _json, ...failures } = answers('', z.string())

const listenRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/events',
  summary: 'Listen to alerts, actions and samples as server-sent events',
  description:
    'Events: `alert` {id}, `action` {id}, `sample` {probe, instanceId or hostId} at most once a second, `heartbeat` each ten seconds, ' +
    '`resync` when some were missed.',
  responses: {
    200: {
      description: 'The events, until either side ends them.',
      content: { 'text/event-stream': { schema: z.string() } },
    },
    ...failures,
  },
})

import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { access, type AppEnv } from '../access.ts'
import { pending } from '../pending.ts'
import { overviewSchema } from '../schemas/agent.ts'
import { answers } from '../schemas/problem.ts'

export function overviewRoutes() {
  return new OpenAPIHono<AppEnv>().openapi(showOverviewRoute, pending)
}

const showOverviewRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/overview',
  summary: 'Everything the first page shows',
  responses: answers('The state of the fleet and of the monitor itself.', overviewSchema),
})

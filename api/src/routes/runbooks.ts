import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { access, type AppEnv } from '../access.ts'
import { pending } from '../pending.ts'
import { runbookParams, runbookSchema } from '../schemas/action.ts'
import { pageOf } from '../schemas/paging.ts'
import { answers } from '../schemas/problem.ts'

export function runbooksRoutes() {
  return new OpenAPIHono<AppEnv>()
    .openapi(listRunbooksRoute, pending)
    .openapi(showRunbookRoute, pending)
}

const listRunbooksRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/runbooks',
  summary: 'List the runbooks',
  responses: answers('The catalogue.', pageOf(runbookSchema)),
})

const showRunbookRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/runbooks/{name}',
  summary: 'Show a runbook',
  request: { params: runbookParams },
  responses: answers('The runbook.', runbookSchema),
})

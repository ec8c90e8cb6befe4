import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { access, type AppEnv } from '../access.ts'
import { pending } from '../pending.ts'
import { pageOf } from '../schemas/paging.ts'
import {
  historyQuery,
  historySchema,
  probeParams,
  probeSchema,
  samplesQuery,
  samplesSchema,
} from '../schemas/probe.ts'
import { answers } from '../schemas/problem.ts'

export function probesRoutes() {
  return new OpenAPIHono<AppEnv>()
    .openapi(listProbesRoute, pending)
    .openapi(showSamplesRoute, pending)
    .openapi(showHistoryRoute, pending)
}

const listProbesRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/probes',
  summary: 'List the probes',
  responses: answers('What is collected.', pageOf(probeSchema)),
})

const showSamplesRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/samples/{probe}',
  summary: 'The newest rows of a probe',
  request: { params: probeParams, query: samplesQuery },
  responses: answers('The newest sample.', samplesSchema),
})

const showHistoryRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/history/{probe}',
  summary: 'A probe over time',
  request: { params: probeParams, query: historyQuery },
  responses: answers('One series a label set and column.', historySchema),
})

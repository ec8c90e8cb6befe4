import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { access, type AppEnv } from '../access.ts'
import { pending } from '../pending.ts'
import { instanceSchema, newInstanceSchema } from '../schemas/instance.ts'
import { numberedParams, pageOf } from '../schemas/paging.ts'
import { answers, changeAnswers, createAnswers, jsonBody } from '../schemas/problem.ts'

export function instancesRoutes() {
  return new OpenAPIHono<AppEnv>()
    .openapi(listInstancesRoute, pending)
    .openapi(showInstanceRoute, pending)
    .openapi(addInstanceRoute, pending)
    .openapi(removeInstanceRoute, pending)
}

const listInstancesRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/instances',
  summary: 'List the instances',
  responses: answers('By name.', pageOf(instanceSchema)),
})

const showInstanceRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/instances/{id}',
  summary: 'Show an instance',
  request: { params: numberedParams },
  responses: answers('The instance.', instanceSchema),
})

const addInstanceRoute = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/instances',
  summary: 'Add an instance, after its agent could connect to it',
  request: { body: jsonBody(newInstanceSchema) },
  responses: createAnswers('Added.', instanceSchema),
})

const removeInstanceRoute = createRoute({
  ...access('admin'),
  method: 'delete',
  path: '/instances/{id}',
  summary: 'Stop watching an instance',
  request: { params: numberedParams },
  responses: changeAnswers('Removed; its history stays.', z.object({ removed: z.boolean() })),
})

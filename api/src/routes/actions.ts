import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { access, type AppEnv } from '../access.ts'
import { pending } from '../pending.ts'
import {
  actionSchema,
  actionsQuery,
  idempotencyHeader,
  newActionSchema,
} from '../schemas/action.ts'
import { pageOf, uuidParams } from '../schemas/paging.ts'
import { acceptAnswers, answers, changeAnswers, jsonBody } from '../schemas/problem.ts'

export function actionsRoutes() {
  return new OpenAPIHono<AppEnv>()
    .openapi(listActionsRoute, pending)
    .openapi(showActionRoute, pending)
    .openapi(startActionRoute, pending)
    .openapi(runProposedRoute, pending)
    .openapi(cancelActionRoute, pending)
}

const listActionsRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/actions',
  summary: 'List actions',
  request: { query: actionsQuery },
  responses: answers('The newest first.', pageOf(actionSchema)),
})

const showActionRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/actions/{id}',
  summary: 'Show an action',
  request: { params: uuidParams },
  responses: answers('The action.', actionSchema),
})

const startActionRoute = createRoute({
  ...access('responder'),
  method: 'post',
  path: '/actions',
  summary: 'Run a runbook, or only try it',
  request: { headers: idempotencyHeader, body: jsonBody(newActionSchema) },
  responses: acceptAnswers('Queued for the agent.', actionSchema),
})

const runProposedRoute = createRoute({
  ...access('responder'),
  method: 'post',
  path: '/actions/{id}/run',
  summary: 'Run a proposed action',
  request: { params: uuidParams },
  responses: acceptAnswers('Queued for the agent.', actionSchema),
})

const cancelActionRoute = createRoute({
  ...access('responder'),
  method: 'post',
  path: '/actions/{id}/cancel',
  summary: 'Cancel an action that has not started',
  request: { params: uuidParams },
  responses: changeAnswers('Cancelled.', actionSchema),
})

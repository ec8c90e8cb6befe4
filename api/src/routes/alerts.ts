import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { access, type AppEnv } from '../access.ts'
import { pending } from '../pending.ts'
import { acknowledgeSchema, alertDetailSchema, alertSchema, alertsQuery } from '../schemas/alert.ts'
import { pageOf, uuidParams } from '../schemas/paging.ts'
import { answers, changeAnswers, jsonBody } from '../schemas/problem.ts'

export function alertsRoutes() {
  return new OpenAPIHono<AppEnv>()
    .openapi(listAlertsRoute, pending)
    .openapi(showAlertRoute, pending)
    .openapi(acknowledgeRoute, pending)
    .openapi(unacknowledgeRoute, pending)
}

const listAlertsRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/alerts',
  summary: 'List alerts',
  request: { query: alertsQuery },
  responses: answers('The most severe first.', pageOf(alertSchema)),
})

const showAlertRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/alerts/{id}',
  summary: 'Show an alert with all that belongs to it',
  request: { params: uuidParams },
  responses: answers('The alert.', alertDetailSchema),
})

const acknowledgeRoute = createRoute({
  ...access('responder'),
  method: 'post',
  path: '/alerts/{id}/acknowledge',
  summary: 'Acknowledge an alert',
  request: { params: uuidParams, body: jsonBody(acknowledgeSchema) },
  responses: changeAnswers('Acknowledged.', alertSchema),
})

const unacknowledgeRoute = createRoute({
  ...access('responder'),
  method: 'delete',
  path: '/alerts/{id}/acknowledge',
  summary: 'Take an acknowledgement back',
  request: { params: uuidParams },
  responses: changeAnswers('No longer acknowledged.', alertSchema),
})

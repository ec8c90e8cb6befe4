import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { access, type AppEnv } from '../access.ts'
import { pending } from '../pending.ts'
import { pageOf } from '../schemas/paging.ts'
import { answers, changeAnswers, jsonBody } from '../schemas/problem.ts'
import { overrideQuery, overrideSchema, ruleParams, ruleSchema } from '../schemas/rule.ts'

export function rulesRoutes() {
  return new OpenAPIHono<AppEnv>()
    .openapi(listRulesRoute, pending)
    .openapi(showRuleRoute, pending)
    .openapi(overrideRuleRoute, pending)
    .openapi(dropOverrideRoute, pending)
}

const listRulesRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/rules',
  summary: 'List the rules',
  responses: answers('By their codes.', pageOf(ruleSchema)),
})

const showRuleRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/rules/{name}',
  summary: 'Show a rule',
  request: { params: ruleParams },
  responses: answers('The rule.', ruleSchema),
})

const overrideRuleRoute = createRoute({
  ...access('admin'),
  method: 'put',
  path: '/rules/{name}/override',
  summary: 'Set other levels for a rule, everywhere or on one instance',
  request: { params: ruleParams, body: jsonBody(overrideSchema) },
  responses: changeAnswers('The rule as it is now.', ruleSchema),
})

const dropOverrideRoute = createRoute({
  ...access('admin'),
  method: 'delete',
  path: '/rules/{name}/override',
  summary: "Go back to a rule's shipped levels",
  request: { params: ruleParams, query: overrideQuery },
  responses: changeAnswers('The rule as it is now.', ruleSchema),
})

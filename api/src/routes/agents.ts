import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { access, type AppEnv } from '../access.ts'
import { pending } from '../pending.ts'
import { agentSchema, agentTokenSchema, newAgentTokenSchema } from '../schemas/agent.ts'
import { pageOf } from '../schemas/paging.ts'
import { answers, createAnswers, jsonBody } from '../schemas/problem.ts'

export function agentsRoutes() {
  return new OpenAPIHono<AppEnv>()
    .openapi(listAgentsRoute, pending)
    .openapi(makeTokenRoute, pending)
}

const listAgentsRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/agents',
  summary: 'List the agents',
  responses: answers('By name.', pageOf(agentSchema)),
})

const makeTokenRoute = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/agent-tokens',
  summary: 'Make a single-use token that enrols an agent',
  request: { body: jsonBody(newAgentTokenSchema) },
  responses: createAnswers('The token; shown once.', agentTokenSchema),
})

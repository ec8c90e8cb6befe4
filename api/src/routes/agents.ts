import { createRoute, z } from '@hono/zod-openapi'
import { access } from '../access.ts'
import { agentSchema, agentTokenSchema, newAgentTokenSchema } from '../schemas/agent.ts'
import { pageOf, uuidParams } from '../schemas/paging.ts'
import { answers, changeAnswers, createAnswers, jsonBody } from '../schemas/problem.ts'
import { createEnrolmentToken, listAgents, removeAgent } from '../../repository/index.ts'
import { hashToken, newToken } from '../auth/tokens.ts'
import { actorOf } from '../client-address.ts'
import { agentView } from '../health.ts'
import type { Needs } from '../needs.ts'
import { notFound, ProblemError } from '../problem-error.ts'
import { newRoutes } from '../routing.ts'

/** The agents, and tokens for more. */
export function agentsRoutes({ sql, agentServer }: Needs) {
  return newRoutes()
    .openapi(listAgentsRoute, async (c) => {
      const items = (await listAgents({ sql })).map(agentView)
      return c.json({ items, next: null }, 200)
    })
    .openapi(removeAgentRoute, async (c) => {
      const { id } = c.req.valid('param')
      const outcome = await removeAgent({ sql }, { id, actor: actorOf(c) })
      if (outcome === 'unknown') throw notFound(`agent ${id}`)
      if (outcome === 'removed') return c.json({ removed: true }, 200)
      const detail = 'It still watches instances; remove those first.'
      throw new ProblemError({ status: 409, detail })
    })
    .openapi(makeTokenRoute, async (c) => {
      const { host, ttlSeconds } = c.req.valid('json')
      const token = newToken()
      const { expiresAt } = await createEnrolmentToken(
        { sql },
        { hash: hashToken(token), hostPattern: host, ttlSeconds, actor: actorOf(c) },
      )
      const { url, caPin } = agentServer
      return c.json({ token, expiresAt, caPin, server: url }, 201)
    })
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

const removeAgentRoute = createRoute({
  ...access('admin'),
  method: 'delete',
  path: '/agents/{id}',
  summary: 'Shut an agent out, with every certificate it has',
  request: { params: uuidParams },
  responses: changeAnswers('Removed.', z.object({ removed: z.boolean() })),
})

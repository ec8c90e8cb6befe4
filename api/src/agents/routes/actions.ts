import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { pending } from '../../pending.ts'
import { changeAnswers, jsonBody } from '../../schemas/problem.ts'
import type { AgentEnv } from '../identity.ts'
import { actionNewsSchema } from '../wire.ts'

/** How the agent's actions go. */
export function actionRoutes() {
  return new OpenAPIHono<AgentEnv>().openapi(newsRoute, pending)
}

const newsRoute = createRoute({
  method: 'post',
  path: '/actions/{id}/news',
  summary: 'Ask to start an action that is claimed on disk, or tell how it ended',
  description:
    'After 409 to `started` the agent must not start. Saying the same twice is the same as once.',
  request: { params: z.object({ id: z.uuid() }), body: jsonBody(actionNewsSchema) },
  responses: changeAnswers(
    'Taken; after `started` the agent may start.',
    z.object({ state: z.string() }),
  ),
})

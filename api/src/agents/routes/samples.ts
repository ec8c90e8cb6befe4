import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { pending } from '../../pending.ts'
import { changeAnswers, jsonBody } from '../../schemas/problem.ts'
import type { AgentEnv } from '../identity.ts'
import { batchAnswerSchema, batchSchema, heartbeatSchema } from '../wire.ts'

/** What the agent saw, and that it is alive. */
export function sampleRoutes() {
  return new OpenAPIHono<AgentEnv>().openapi(samplesRoute, pending).openapi(heartbeatRoute, pending)
}

const samplesRoute = createRoute({
  method: 'post',
  path: '/samples',
  summary: 'Store samples; answered only after they are committed',
  request: { body: jsonBody(batchSchema) },
  responses: changeAnswers('Committed.', batchAnswerSchema),
})

const heartbeatRoute = createRoute({
  method: 'post',
  path: '/heartbeat',
  summary: 'Say that the agent is alive, and how it is',
  request: { body: jsonBody(heartbeatSchema) },
  responses: changeAnswers('Taken.', z.object({ configVersion: z.string() })),
})

import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import { pending } from '../../pending.ts'
import { wholeNumber } from '../../schemas/paging.ts'
import { answers, changeAnswers, jsonBody } from '../../schemas/problem.ts'
import type { AgentEnv } from '../identity.ts'
import { agentConfigSchema, workSchema } from '../wire.ts'

/** What the agent is to do: its configuration, questions, actions. */
export function workRoutes() {
  return new OpenAPIHono<AgentEnv>()
    .openapi(configRoute, pending)
    .openapi(workRoute, pending)
    .openapi(answerRoute, pending)
}

const configRoute = createRoute({
  method: 'get',
  path: '/config',
  summary: 'The instances this agent watches, with what it needs to connect',
  responses: answers('The configuration.', agentConfigSchema),
})

const workRoute = createRoute({
  method: 'get',
  path: '/work',
  summary: 'Wait for questions, actions, or a configuration other than `version`',
  request: {
    query: z.object({
      /** Seconds to wait when there is nothing. */
      wait: wholeNumber.refine((seconds) => seconds <= 50, 'must be at most 50').optional(),
      version: z.string().max(100).optional(),
    }),
  },
  responses: answers('What there is; nothing after `wait` seconds.', workSchema),
})

const answerRoute = createRoute({
  method: 'post',
  path: '/requests/{id}/answer',
  summary: 'Answer a question',
  request: {
    params: z.object({ id: z.uuid() }),
    body: jsonBody(z.record(z.string(), z.unknown())),
  },
  responses: changeAnswers('Taken.', z.object({ accepted: z.boolean() })),
})

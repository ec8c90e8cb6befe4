import { createRoute, z } from '@hono/zod-openapi'
import { answerRequest } from '../../../repository/index.ts'
import { wholeNumber } from '../../schemas/paging.ts'
import { answers, changeAnswers, jsonBody } from '../../schemas/problem.ts'
import { readAgentConfig } from '../read-agent-config.ts'
import type { AgentNeeds } from '../needs.ts'
import { newAgentRoutes } from '../routing.ts'
import { createHandOut } from '../hand-out.ts'
import { agentConfigSchema, workSchema } from '../wire.ts'

/** What the agent is to do: its configuration, questions, actions. */
export function workRoutes({ sql, sealer, work }: AgentNeeds) {
  const handOut = createHandOut({ sql, sealer })
  return newAgentRoutes()
    .openapi(configRoute, async (c) =>
      c.json(await readAgentConfig({ sql, sealer }, c.get('agent')), 200),
    )
    .openapi(workRoute, async (c) => {
      const { id: agentId } = c.get('agent')
      const { wait = 0, version } = c.req.valid('query')
      const { signal } = c.req.raw
      const deadline = performance.now() + wait * 1_000
      for (let isOver = wait === 0; ;) {
        const found = await handOut(agentId)
        const waitMs = deadline - performance.now()
        const isNews = found.requests.length > 0 || found.actions.length > 0
        if (isNews || isOver || found.configVersion !== version) return c.json(found, 200)
        isOver = (await work.wait({ agentId, version, waitMs, signal })) === 'over'
      }
    })
    .openapi(answerRoute, async (c) => {
      const { id } = c.req.valid('param')
      const answer = c.req.valid('json')
      const accepted = await answerRequest({ sql }, { id, agentId: c.get('agent').id, answer })
      return c.json({ accepted }, 200)
    })
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

import { createRoute, z } from '@hono/zod-openapi'
import { probes } from '@trunkline/probes'
import { readAgentWork, writeHeartbeat, writeSamples } from '../../../repository/index.ts'
import { changeAnswers, jsonBody } from '../../schemas/problem.ts'
import type { AgentNeeds } from '../needs.ts'
import { newAgentRoutes } from '../routing.ts'
import { batchAnswerSchema, batchSchema, heartbeatSchema } from '../wire.ts'

/** What the agent saw, and that it is alive. */
export function sampleRoutes({ sql, now, metrics }: AgentNeeds) {
  return newAgentRoutes()
    .openapi(samplesRoute, async (c) => {
      const batch = c.req.valid('json')
      const agentId = c.get('agent').id
      const answer = await writeSamples({ sql, probes, now: now() }, { agentId, ...batch })
      metrics.samplesRefused.inc(answer.refused.length)
      metrics.samplesStored.inc(batch.samples.length - answer.refused.length)
      return c.json(answer, 200)
    })
    .openapi(heartbeatRoute, async (c) => {
      const agentId = c.get('agent').id
      await writeHeartbeat({ sql }, { agentId, ...c.req.valid('json') })
      const [work] = await readAgentWork({ sql }, [agentId])
      return c.json({ configVersion: work?.configVersion ?? '' }, 200)
    })
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

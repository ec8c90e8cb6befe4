import { createRoute, z } from '@hono/zod-openapi'
import { durationMs } from '@trunkline/probes'
import { runbooks } from '@trunkline/rules'
import { finishAction, readAgentAction, startAction } from '../../../repository/index.ts'
import { notFound, ProblemError } from '../../problem-error.ts'
import { isRunbookName } from '../../runbook-signing.ts'
import { changeAnswers, jsonBody } from '../../schemas/problem.ts'
import type { AgentNeeds } from '../needs.ts'
import { newAgentRoutes } from '../routing.ts'
import { actionNewsSchema, type ActionNews } from '../wire.ts'

/** How the agent's actions go. */
export function actionRoutes({ sql, log }: AgentNeeds) {
  return newAgentRoutes().openapi(newsRoute, async (c) => {
    const { id } = c.req.valid('param')
    const news = c.req.valid('json')
    const agentId = c.get('agent').id
    const action = await readAgentAction({ sql }, { id, agentId })
    if (!action) throw notFound(`action ${id} of this agent`)
    if (news.kind === 'started') {
      const finishWithinMs = deadlineOf(action.runbook)
      const mayStart = await startAction({ sql }, { id, agentId, finishWithinMs })
      if (mayStart) return c.json({ state: 'running' }, 200)
      const detail = `It must not start: it is ${action.state}, or its time has passed.`
      throw new ProblemError({ status: 409, detail })
    }
    const state = stateAfter(news.outcome, action.dryRun)
    const { preview, result, outputHead, outputTail, outputBytes, error } = news
    const outcome = { preview, result, outputHead, outputTail, outputBytes, error }
    const isTaken = await finishAction({ sql }, { id, agentId, state, ...outcome })
    // Said again after a lost answer, or over already by other means: the agent may forget it either way.
    if (!isTaken) log('action_news_ignored', { id, agentId, state, was: action.state })
    return c.json({ state: isTaken ? state : action.state }, 200)
  })
}

function stateAfter(
  outcome: Extract<ActionNews, { kind: 'finished' }>['outcome'],
  dryRun: boolean,
) {
  if (outcome !== 'done') return outcome
  // A dry run changed nothing, so there is nothing to verify.
  return dryRun ? 'succeeded' : 'verifying'
}

function deadlineOf(runbook: string): number {
  return isRunbookName(runbook) ? durationMs(runbooks[runbook].deadline) : 60_000
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

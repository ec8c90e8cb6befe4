import type { z } from '@hono/zod-openapi'
import {
  dispatchActions,
  readAgentWork,
  readOpenRequests,
  type AgentRequestRow,
  type Sealer,
  type Sql,
} from '../../repository/index.ts'
import { requestContext } from '../ask-agent.ts'
import { requestSchema, type workSchema } from './wire.ts'

type Work = z.input<typeof workSchema>

const repeatAfterMs = 10_000

/** Reads and hands out what there is for an agent. A question is handed out again when it stays unanswered for long. */
export function createHandOut({ sql, sealer }: { sql: Sql; sealer: Sealer }) {
  const handedOutAt = new Map<string, number>()
  const isDue = ({ id }: AgentRequestRow): boolean => {
    const nowMs = performance.now()
    if (nowMs - (handedOutAt.get(id) ?? -Infinity) < repeatAfterMs) return false
    handedOutAt.set(id, nowMs)
    forgetOld(handedOutAt, nowMs)
    return true
  }
  const readRequest = ({ id, kind, bodySealed }: AgentRequestRow) => {
    const body: unknown = JSON.parse(sealer.unseal(bodySealed, requestContext(id)))
    return requestSchema.parse({ kind, id, ...(body as object) })
  }
  return async (agentId: string): Promise<Work> => {
    const [work] = await readAgentWork({ sql }, [agentId])
    const requests = work?.openRequests ? await readOpenRequests({ sql }, agentId) : []
    const actions = work?.openActions ? await dispatchActions({ sql }, agentId) : []
    return {
      configVersion: work?.configVersion ?? '',
      requests: requests.filter(isDue).map(readRequest),
      actions: actions.map((action) => ({
        actionId: action.id,
        instanceId: action.instanceId,
        runbook: action.runbook,
        document: action.document.toString('base64'),
        signature: action.signature.toString('base64'),
        keyId: action.keyId,
        parameters: action.parameters,
        dryRun: action.dryRun,
        startBefore: action.startBefore.toISOString(),
      })),
    }
  }
}

function forgetOld(handedOutAt: Map<string, number>, nowMs: number): void {
  for (const [id, at] of handedOutAt) {
    if (nowMs - at > 10 * repeatAfterMs) handedOutAt.delete(id)
  }
}

import type { AgentRequest } from '@trunkline/api/agent-client'
import { checkInstance } from './instances/check-instance.ts'
import type { Collector } from './collector.ts'
import { answerOf } from './identity/answer.ts'
import type { Api } from './identity/api.ts'

/** Answers a question that somebody waits for at the api. */
export async function answerRequest(
  request: AgentRequest,
  { api, collector }: { api: Api; collector: Collector },
): Promise<void> {
  const json: Record<string, unknown> =
    request.kind === 'check_instance'
      ? { ...(await checkInstance(request)) }
      : { ok: collector.runNow(request.instanceId, request.probe) }
  await answerOf(api.client.requests[':id'].answer.$post({ param: { id: request.id }, json }))
}

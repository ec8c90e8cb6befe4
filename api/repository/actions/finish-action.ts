import type postgres from 'postgres'
import { recordActionChange } from './change-action.ts'

export interface ActionOutcome {
  id: string
  agentId: string
  state: 'succeeded' | 'verifying' | 'failed' | 'refused' | 'timed_out' | 'lost'
  preview: unknown
  result: unknown
  outputHead: string
  outputTail: string
  outputBytes: number
  error: string | null
}

/**
 * Takes an action's result. It also comes for an action that never got to start (refused), and for one the engine took
 * for lost: what the agent knows is worth more. False when the action is over already.
 */
export async function finishAction(
  { sql }: { sql: postgres.Sql },
  outcome: ActionOutcome,
): Promise<boolean> {
  const { id, agentId, state, preview, result, error } = outcome
  return await sql.begin(async (tx) => {
    const rows = await tx`
      update pem.action
         set state = ${state}, finished_at = now(), preview = ${JSON.stringify(preview)}::text::json,
             result = ${JSON.stringify(result)}::text::json, output_head = ${outcome.outputHead},
             output_tail = ${outcome.outputTail}, output_bytes = ${outcome.outputBytes}, error = ${error}
       where id = ${id} and agent_id = ${agentId}
         and (state in ('dispatched', 'running') or (state = 'lost' and result is null and ${state} <> 'lost'))
      returning 1`
    const detail = { error, outputBytes: outcome.outputBytes }
    return await recordActionChange(tx, { id, rows, to: state, actor: `agent:${agentId}`, detail })
  })
}

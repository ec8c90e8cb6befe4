import type postgres from 'postgres'
import { recordActionChange } from './change-action.ts'
import type { ActionState } from '../states.ts'

/**
 * Whether the agent may start: it was dispatched to it, in time, and nobody cancelled it. Asking again after the
 * answer was lost says the same.
 */
export async function startAction(
  { sql }: { sql: postgres.Sql },
  start: { id: string; agentId: string; finishWithinMs: number },
): Promise<boolean> {
  const { id, agentId, finishWithinMs } = start
  return await sql.begin(async (tx) => {
    const rows = await tx`
      update pem.action
         set state = 'running', started_at = now(),
             finish_before = now() + make_interval(secs => ${finishWithinMs / 1_000}::float8)
       where id = ${id} and agent_id = ${agentId} and state = 'dispatched' and start_before > now()
      returning 1`
    if (await recordActionChange(tx, { id, rows, to: 'running', actor: `agent:${agentId}` }))
      return true
    const running = await tx`
      select from pem.action where id = ${id} and agent_id = ${agentId} and state = 'running'`
    return running.length > 0
  })
}

/** The runbook of an action of this agent, and where it stands. */
export async function readAgentAction(
  { sql }: { sql: postgres.ISql },
  { id, agentId }: { id: string; agentId: string },
): Promise<{ runbook: string; dryRun: boolean; state: ActionState } | undefined> {
  const [row] = await sql<{ runbook: string; dryRun: boolean; state: ActionState }[]>`
    select runbook, dry_run as "dryRun", state from pem.action where id = ${id} and agent_id = ${agentId}`
  return row
}

import type postgres from 'postgres'
import type { ActionParameters } from './action-row.ts'
import { recordActionChange } from './change-action.ts'

/** An action as its agent gets it: with the bytes of the runbook that were signed. */
export interface DispatchedAction {
  id: string
  instanceId: number
  runbook: string
  document: Buffer
  signature: Buffer
  keyId: string
  parameters: ActionParameters
  dryRun: boolean
  startBefore: Date
}

/**
 * Hands an agent what is queued for it, and again, under the same id, what was handed out ten seconds ago and never
 * started: the answer that held it may have been lost. The agent claims an id once, so it never runs twice.
 */
export async function dispatchActions(
  { sql }: { sql: postgres.Sql },
  agentId: string,
): Promise<DispatchedAction[]> {
  return await sql.begin(async (tx) => {
    const rows = await tx<(DispatchedAction & { isFirst: boolean })[]>`
      with due as (
        select id, dispatched_at is null as is_first from pem.action
         where agent_id = ${agentId} and start_before > now()
           and (state = 'queued' or (state = 'dispatched' and dispatched_at < now() - interval '10 seconds'))
         order by queued_at limit 20
           for update skip locked
      )
      update pem.action x set state = 'dispatched', dispatched_at = clock_timestamp()
        from due, pem.runbook r
       where x.id = due.id and r.name = x.runbook and r.version = x.runbook_version
      returning x.id, x.instance_id as "instanceId", x.runbook, r.document, r.signature, r.key_id as "keyId",
                x.parameters, x.dry_run as "dryRun", x.start_before as "startBefore", due.is_first as "isFirst"`
    for (const { id, isFirst } of rows) {
      if (!isFirst) continue
      await recordActionChange(tx, { id, rows: [1], to: 'dispatched', actor: `agent:${agentId}` })
    }
    return rows
  })
}

import type { ISql, Sql } from 'postgres'
import { findEvidence } from '../evaluation/find-evidence.ts'
import type { ActionParameters } from './action-row.ts'
import { recordActionChange } from './change-action.ts'

/** An action that has run, and whose effect is still to be proven. */
export interface VerifyingAction {
  id: string
  runbook: string
  instanceId: number
  parameters: ActionParameters
  /** As text, with its fraction. */
  finishedAt: string
  elapsedMs: number
  /** The alert it was run for; null when it was run for none. */
  alert: { isOver: boolean } | null
}

/** Actions in `verifying`, the oldest first. An alert counts as over when the episode the action was for is. */
export async function readVerifyingActions({ sql }: { sql: ISql }): Promise<VerifyingAction[]> {
  return await sql<VerifyingAction[]>`
    select x.id, x.runbook, x.instance_id as "instanceId", x.parameters, x.finished_at::text as "finishedAt",
           (extract(epoch from clock_timestamp() - x.finished_at) * 1000)::float8 as "elapsedMs",
           case when a.id is not null and x.episode_id is not null then jsonb_build_object(
             'isOver', a.condition = 'normal' or a.episode_id is distinct from x.episode_id) end as alert
      from pem.action x
      left join pemdata.alert a on a.id = x.alert_id
     where x.state = 'verifying'
     order by x.finished_at
     limit 100`
}

/** Why a runbook's effect cannot be seen yet; empty when it can. Runs the runbook's verification over the samples. */
export async function readNotYet(
  { sql, timeoutMs }: { sql: Sql; timeoutMs: number },
  { query, action }: { query: string; action: VerifyingAction },
): Promise<string[]> {
  const { parameters, instanceId, finishedAt } = action
  const row = { ...parameters, instance_id: instanceId, finished_at: finishedAt }
  const rows = await sql.begin('read only', (tx) =>
    findEvidence({ sql: tx, timeoutMs }, { evidence: query, row }),
  )
  return rows.map(({ not_yet: why }) => (typeof why === 'string' ? why : 'not yet'))
}

/** Ends the verification of an action; false when it has ended already. */
export async function settleVerification(
  { sql }: { sql: Sql },
  settled: { id: string; state: 'succeeded' | 'ineffective'; why: string },
): Promise<boolean> {
  const { id, state, why } = settled
  return await sql.begin(async (tx) => {
    const rows = await tx`
      update pem.action
         set state = ${state}, verified_at = now(), error = ${state === 'succeeded' ? null : why}
       where id = ${id} and state = 'verifying'
      returning 1`
    return await recordActionChange(tx, { id, rows, to: state, actor: 'engine', detail: { why } })
  })
}

import type postgres from 'postgres'
import type { ActionParameters } from './action-row.ts'
import { recordActionChange } from './change-action.ts'

/** How long a queued action waits for its agent. */
const startWithinSeconds = 300

export interface NewAction {
  id: string
  runbook: string
  version: string
  instanceId: number
  parameters: ActionParameters
  dryRun: boolean
  alertId: string | null
  actor: string
  reason: string | null
}

/**
 * Queues an action for the instance's agent. False when there is one of this id already. One that runs the same
 * runbook with the same parameters on the instance is a unique violation (23505).
 */
export async function createAction(
  { sql }: { sql: postgres.Sql },
  action: NewAction,
): Promise<boolean> {
  const { id, runbook, version, instanceId, parameters, dryRun, alertId, actor, reason } = action
  return await sql.begin(async (tx) => {
    const rows = await tx<{ agentId: string }[]>`
      insert into pem.action (id, runbook, runbook_version, instance_id, agent_id, parameters, dry_run, state,
                              alert_id, episode_id, requested_by, reason, queued_at, start_before)
      select ${id}, ${runbook}, ${version}, i.id, i.agent_id, ${tx.json(parameters)}, ${dryRun}, 'queued',
             ${alertId}::uuid, (select episode_id from pemdata.alert where alert.id = ${alertId}::uuid), ${actor}, ${reason},
             now(), now() + make_interval(secs => ${startWithinSeconds})
        from pem.instance i where i.id = ${instanceId} and i.removed_at is null
          on conflict (id) do nothing
      returning agent_id as "agentId"`
    const detail = { runbook, version, instanceId, parameters, dryRun, alertId, reason }
    return await recordQueued(tx, { id, rows, actor, detail })
  })
}

/** Queues a proposed action; false when it is not proposed any more. */
export async function queueProposedAction(
  { sql }: { sql: postgres.Sql },
  proposed: { id: string; actor: string },
): Promise<boolean> {
  const { id, actor } = proposed
  return await sql.begin(async (tx) => {
    const rows = await tx<{ agentId: string; proposedBy: string }[]>`
      update pem.action x
         set state = 'queued', queued_at = now(), requested_by = ${actor},
             start_before = now() + make_interval(secs => ${startWithinSeconds})
        from (select requested_by, id from pem.action where id = ${id} for update) before
       where x.id = before.id and x.state = 'proposed'
      returning x.agent_id as "agentId", before.requested_by as "proposedBy"`
    const detail = { proposedBy: rows[0]?.proposedBy ?? null }
    return await recordQueued(tx, { id, rows, actor, detail })
  })
}

/** Cancels an action that has not started; false when it has, or is over. */
export async function cancelAction(
  { sql }: { sql: postgres.Sql },
  { id, actor }: { id: string; actor: string },
): Promise<boolean> {
  return await sql.begin(async (tx) => {
    const rows = await tx`
      update pem.action set state = 'cancelled', finished_at = now()
       where id = ${id} and state in ('proposed', 'queued', 'dispatched')
      returning 1`
    return await recordActionChange(tx, { id, rows, to: 'cancelled', actor: `user:${actor}` })
  })
}

/** Into the audit, and to the agent that may be waiting. False when nothing was queued. */
async function recordQueued(
  tx: postgres.TransactionSql,
  queued: {
    id: string
    rows: readonly { agentId: string }[]
    actor: string
    detail: object
  },
): Promise<boolean> {
  const { id, rows, actor, detail } = queued
  const isQueued = await recordActionChange(tx, {
    id,
    rows,
    to: 'queued',
    actor: `user:${actor}`,
    detail,
  })
  if (rows[0]) await tx`select pg_notify('work', ${rows[0].agentId})`
  return isQueued
}

import type postgres from 'postgres'
import type { ActionState } from '../states.ts'
import { actionColumns, type ActionRow } from './action-row.ts'

export interface ActionFilter {
  state: ActionState | 'open' | null
  instanceId: number | null
  alertId: string | null
  limit: number
  /** The last action of the page before. */
  afterId: string | null
}

/** Actions, the newest first. */
export async function listActions(
  { sql }: { sql: postgres.ISql },
  filter: ActionFilter,
): Promise<ActionRow[]> {
  const { state, instanceId, alertId, limit, afterId } = filter
  const only = state === 'open' ? null : state
  return await sql<ActionRow[]>`
    select ${actionColumns(sql)}
      from pem.action x join pem.instance i on i.id = x.instance_id
     where (${only}::text is null or x.state = ${only})
       and (${state !== 'open'} or x.state in ('proposed', 'queued', 'dispatched', 'running', 'verifying'))
       and (${instanceId}::int is null or x.instance_id = ${instanceId})
       and (${alertId}::uuid is null or x.alert_id = ${alertId})
       and (${afterId}::uuid is null
            or (x.created_at, x.id) < (select created_at, id from pem.action where id = ${afterId}))
     order by x.created_at desc, x.id desc
     limit ${limit}`
}

/** The action, or `undefined`. */
export async function readAction(
  { sql }: { sql: postgres.ISql },
  id: string,
): Promise<ActionRow | undefined> {
  const [row] = await sql<ActionRow[]>`
    select ${actionColumns(sql)}
      from pem.action x join pem.instance i on i.id = x.instance_id where x.id = ${id}`
  return row
}

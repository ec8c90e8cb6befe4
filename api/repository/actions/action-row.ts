import type postgres from 'postgres'
import type { ActionState } from '../states.ts'

export type ActionParameters = Record<string, string | number>
type RowsByStep = Record<string, unknown>[][]

export interface ActionRow {
  id: string
  runbook: string
  version: string
  instance: { id: number; name: string }
  parameters: ActionParameters
  dryRun: boolean
  state: ActionState
  alertId: string | null
  requestedBy: string
  reason: string | null
  createdAt: Date
  dispatchedAt: Date | null
  startedAt: Date | null
  finishedAt: Date | null
  verifiedAt: Date | null
  preview: RowsByStep | null
  result: RowsByStep | null
  outputHead: string | null
  outputTail: string | null
  error: string | null
}

/** The columns of `ActionRow`, of `pem.action` as `x` with its instance as `i`. */
export function actionColumns(sql: postgres.ISql) {
  return sql`
    x.id, x.runbook, x.runbook_version as version, jsonb_build_object('id', i.id, 'name', i.name) as instance,
    x.parameters, x.dry_run as "dryRun", x.state, x.alert_id as "alertId", x.requested_by as "requestedBy",
    x.reason, x.created_at as "createdAt", x.dispatched_at as "dispatchedAt", x.started_at as "startedAt",
    x.finished_at as "finishedAt", x.verified_at as "verifiedAt", x.preview, x.result,
    x.output_head as "outputHead", x.output_tail as "outputTail", x.error`
}

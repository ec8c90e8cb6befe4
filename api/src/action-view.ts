import { runbooks, type Runbook } from '@trunkline/rules'
import type { ActionRow } from '../repository/index.ts'
import type { Action } from './schemas/action.ts'

/** The action with the risk of its runbook; one that is no longer in the catalogue counts as the gravest. */
export function actionView(row: ActionRow): Action {
  const known: Record<string, Runbook> = runbooks
  return {
    ...row,
    risk: known[row.runbook]?.risk ?? 'R3',
    createdAt: row.createdAt.toISOString(),
    dispatchedAt: iso(row.dispatchedAt),
    startedAt: iso(row.startedAt),
    finishedAt: iso(row.finishedAt),
    verifiedAt: iso(row.verifiedAt),
  }
}

function iso(time: Date | null): string | null {
  return time?.toISOString() ?? null
}

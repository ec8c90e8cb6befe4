import type postgres from 'postgres'
import { appendAudit } from '../append-audit.ts'
import type { ActionState } from '../states.ts'

/**
 * Records in the same transaction what a compare-and-set on `pem.action` has just done. `rows` are those it returned; none means
 * that the action was not in the state it had to be in, and nothing is recorded.
 */
export async function recordActionChange(
  tx: postgres.TransactionSql,
  change: { id: string; rows: readonly unknown[]; to: ActionState; actor: string; detail?: object },
): Promise<boolean> {
  const { id, rows, to, actor, detail = {} } = change
  if (rows.length === 0) return false
  await appendAudit(
    { sql: tx },
    { actor, kind: `action_${to}`, subject: `action:${id}`, detail: { ...detail } },
  )
  await tx`select pg_notify('actions', ${id})`
  return true
}

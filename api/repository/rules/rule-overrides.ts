import type postgres from 'postgres'
import { appendAudit } from '../append-audit.ts'

export interface RuleOverrideView {
  rule: string
  /** Null: everywhere. */
  instanceId: number | null
  levels: Record<string, unknown>
  changedBy: string
  changedAt: Date
}

/** Every override, those for everywhere first. */
export async function listRuleOverrides({
  sql,
}: {
  sql: postgres.ISql
}): Promise<RuleOverrideView[]> {
  return await sql<RuleOverrideView[]>`
    select rule, instance_id as "instanceId", levels, changed_by as "changedBy", changed_at as "changedAt"
      from pem.rule_override order by rule, instance_id nulls first`
}

/** Sets levels for a rule, on one instance or everywhere. */
export async function setRuleOverride(
  { sql }: { sql: postgres.Sql },
  override: {
    rule: string
    instanceId: number | null
    levels: Record<string, unknown>
    actor: string
  },
): Promise<void> {
  const { rule, instanceId, levels, actor } = override
  const stored = sql.json(levels as postgres.JSONValue)
  await sql.begin(async (tx) => {
    await tx`
      insert into pem.rule_override (rule, instance_id, levels, changed_by)
      values (${rule}, ${instanceId}, ${stored}, ${actor})
          on conflict (rule, instance_id)
          do update set levels = excluded.levels, changed_by = excluded.changed_by, changed_at = now()`
    const detail = { instanceId, levels }
    await appendAudit(
      { sql: tx },
      { actor: `user:${actor}`, kind: 'rule_overridden', subject: `rule:${rule}`, detail },
    )
    await tx`select pg_notify('samples', '{}')`
  })
}

/** Goes back to the shipped levels; false when there was no override. */
export async function dropRuleOverride(
  { sql }: { sql: postgres.Sql },
  override: { rule: string; instanceId: number | null; actor: string },
): Promise<boolean> {
  const { rule, instanceId, actor } = override
  return await sql.begin(async (tx) => {
    const rows = await tx`
      delete from pem.rule_override
       where rule = ${rule} and instance_id is not distinct from ${instanceId}
      returning 1`
    if (rows.length === 0) return false
    await appendAudit(
      { sql: tx },
      {
        actor: `user:${actor}`,
        kind: 'rule_override_dropped',
        subject: `rule:${rule}`,
        detail: { instanceId },
      },
    )
    await tx`select pg_notify('samples', '{}')`
    return true
  })
}

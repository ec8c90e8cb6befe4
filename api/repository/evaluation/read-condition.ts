import type { ISql } from 'postgres'

/** A rule's query, and which of its rows can matter. */
export interface Condition {
  rule: string
  sql: string
  role: 'any' | 'primary' | 'standby'
  /** Those of `instance_id`, `host_id`, `agent_id` that its rows have. */
  targets: readonly ('instance_id' | 'host_id' | 'agent_id')[]
  /** Rows on the good side of every level change nothing, unless their target has a live alert. */
  atLeast: number | null
  atMost: number | null
  maxRows: number
}

/** A row of a rule's query with the names of what it is about. */
export interface ConditionRow {
  value: number | null
  row: Record<string, unknown>
  instance: { id: number; name: string } | null
  agent: { id: string; name: string } | null
  host: string | null
}

/**
 * The rows of a rule for the whole fleet, in one statement. Removed instances and disabled agents are left out. More than
 * `maxRows` is an error: no rule may flood the engine.
 */
export async function readCondition(
  { sql }: { sql: ISql },
  condition: Condition,
): Promise<ConditionRow[]> {
  const { rule, atLeast, atMost, maxRows } = condition
  const rows = await sql.unsafe<ConditionRow[]>(
    statement(condition),
    [rule, atLeast, atMost, maxRows + 1],
    { prepare: true },
  )
  if (rows.length > maxRows) {
    throw new Error(`the rule has more than ${maxRows} rows beyond its thresholds`)
  }
  return rows
}

function statement({ sql, role, targets }: Condition): string {
  const has = (target: (typeof targets)[number]) => targets.includes(target)
  const instanceId = has('instance_id') ? 'o.instance_id' : 'null::int'
  const hostId = has('host_id') ? 'o.host_id' : 'null::int'
  const agentId = has('agent_id') ? 'o.agent_id' : 'null::uuid'
  const known = targets.map(
    (target) => `o.${target} in (select k.${target} from live k where k.${target} is not null)`,
  )
  return `
    with observed as (
${sql}
    ), live as materialized (
      select instance_id, agent_id, (identity ->> 'host_id')::int as host_id
        from pemdata.alert
       where rule = $1 and (condition <> 'normal' or flap_ring <> 0)
    )
    select nullif(o.value, 'NaN')::float8 as value, to_jsonb(o) as "row",
           case when i.id is not null then jsonb_build_object('id', i.id, 'name', i.name) end as instance,
           case when a.id is not null then jsonb_build_object('id', a.id, 'name', a.name) end as agent,
           h.name as host
      from observed o
      left join pem.instance i on i.id = ${instanceId}
      left join pem.agent a on a.id = coalesce(${agentId}, i.agent_id)
      left join pem.host h on h.id = coalesce(${hostId}, i.host_id, a.host_id)
     where (${instanceId} is null or i.removed_at is null and i.id is not null)
       and (${agentId} is null or a.disabled_at is null and a.id is not null)
       and (o.value >= $2::float8 or o.value <= $3::float8 ${known.map((one) => `or ${one}`).join(' ')})
       ${roleFilter(role)}
     limit $4::int`
}

function roleFilter(role: Condition['role']): string {
  if (role === 'any') return ''
  const isStandby = role === 'standby'
  return `and exists (select from pemdata.instance p where p.instance_id = i.id and p.in_recovery is ${isStandby})`
}

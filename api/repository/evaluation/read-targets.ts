import type { ISql } from 'postgres'

/** How well what an alert is about is being watched just now. Times are milliseconds. */
export interface Target {
  instanceId: number | null
  hostId: number | null
  agentId: string | null
  instance: { id: number; name: string } | null
  agent: { id: string; name: string } | null
  host: string | null
  isRemoved: boolean
  heartbeatAt: number | null
  /** What the newest attempt to connect to the instance met. */
  instanceState: string | null
  runs: Record<string, { ok: boolean; collectedAt: number; lastOkAt: number | null }>
}

/** The targets of a rule's live alerts, with the newest runs of the probes it reads. */
export async function readTargets(
  { sql }: { sql: ISql },
  { rule, probes }: { rule: string; probes: readonly string[] },
): Promise<Target[]> {
  return await sql<Target[]>`
    with live as materialized (
      select distinct instance_id, agent_id, (identity ->> 'host_id')::int as host_id
        from pemdata.alert
       where rule = ${rule} and (condition <> 'normal' or flap_ring <> 0)
    )
    select ${targetColumns(sql, probes)}
      from live k
      left join pem.instance i on i.id = k.instance_id
      ${targetJoins(sql)}`
}

/** Every instance as a target, for rules whose policy raises an alert where data is missing. */
export async function readAllInstanceTargets(
  { sql }: { sql: ISql },
  probes: readonly string[],
): Promise<Target[]> {
  return await sql<Target[]>`
    select ${targetColumns(sql, probes)}
      from (select id as instance_id, null::uuid as agent_id, null::int as host_id
              from pem.instance where removed_at is null) k
      join pem.instance i on i.id = k.instance_id
      ${targetJoins(sql)}`
}

function targetColumns(sql: ISql, probes: readonly string[]) {
  return sql`
    k.instance_id as "instanceId", k.host_id as "hostId", k.agent_id as "agentId",
    case when i.id is not null then jsonb_build_object('id', i.id, 'name', i.name) end as instance,
    case when a.id is not null then jsonb_build_object('id', a.id, 'name', a.name) end as agent,
    h.name as host,
    (i.removed_at is not null or k.agent_id is not null and a.disabled_at is not null) as "isRemoved",
    floor(extract(epoch from beat.collected_at) * 1000)::float8 as "heartbeatAt",
    now_seen.state as "instanceState",
    coalesce((
      select jsonb_object_agg(run.probe, jsonb_build_object(
               'ok', run.ok,
               'collectedAt', floor(extract(epoch from run.collected_at) * 1000),
               'lastOkAt', floor(extract(epoch from run.last_ok_at) * 1000)))
        from (select * from pemdata.probe_run
               where probe = any(${[...probes]}::text[]) and instance_id = k.instance_id
               union all
              select * from pemdata.probe_run
               where probe = any(${[...probes]}::text[]) and instance_id is null
                 and host_id = coalesce(k.host_id, i.host_id)) run
    ), '{}') as runs`
}

function targetJoins(sql: ISql) {
  return sql`
    left join lateral (
      select one.* from pem.agent one
       where one.id = coalesce(k.agent_id, i.agent_id)
          or (k.agent_id is null and i.id is null and one.host_id = k.host_id and one.disabled_at is null)
       order by one.enrolled_at desc
       limit 1
    ) a on true
    left join pem.host h on h.id = coalesce(k.host_id, i.host_id, a.host_id)
    left join pemdata.agent beat on beat.agent_id = a.id
    left join pemdata.instance now_seen on now_seen.instance_id = k.instance_id`
}

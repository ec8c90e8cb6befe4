import { alertColumns } from './alert-row.ts'

/** A rule's query, and which of its rows can matter. */
export interface RuleQuestion {
  rule: string
  sql: string
  role: 'any' | 'primary' | 'standby'
  /** Those of `instance_id`, `host_id`, `agent_id` that its rows have. */
  targets: readonly ('instance_id' | 'host_id' | 'agent_id')[]
  identity: readonly string[]
  /** The probes it reads, and the rules that mute it. */
  probes: readonly string[]
  mutedBy: readonly string[]
  /** Rows on the good side of every level change nothing, unless they are a live alert. */
  atLeast: number | null
  atMost: number | null
  /** More rows than this are an error: no rule may flood the engine. */
  maxRows: number
  /** Tell of every instance how well it is watched, not only of those with alerts. */
  allInstances: boolean
}

/**
 * One statement for all a rule goes by. `$1` the rule, `$2` and `$3` from and up to which value rows matter, `$4` most
 * rows, `$5` the probes it reads, `$6` the rules that mute it.
 */
export function factsStatement(question: RuleQuestion): string {
  return `
    with observed as (
${question.sql}
    ), live as materialized (
      select * from pemdata.alert where rule = $1 and (condition <> 'normal' or flap_ring <> 0)
    ), live_target as materialized (
      select distinct instance_id, agent_id, (identity ->> 'host_id')::int as host_id from live
    )
    select ${milliseconds('pem.now()')}::float8 as now,
           ${list(`select instance_id as "instanceId", levels from pem.rule_override where rule = $1`)} as overrides,
           ${list(`select ${alertColumns} from live`)} as live,
           ${list(targets(question))} as targets,
           ${list(firing)} as firing,
           ${list(conditionRows(question))} as rows`
}

/** Removed instances and disabled agents are left out. */
function conditionRows({ role, identity, targets: columns }: RuleQuestion): string {
  const instanceId = columns.includes('instance_id') ? 'o.instance_id' : 'null::int'
  const hostId = columns.includes('host_id') ? 'o.host_id' : 'null::int'
  const agentId = columns.includes('agent_id') ? 'o.agent_id' : 'null::uuid'
  // The first comparison is cheap and leaves few rows for the second.
  const isOfLiveTarget = columns.map(
    (column) =>
      `o.${column} in (select k.${column} from live_target k where k.${column} is not null)`,
  )
  const pairs = identity.map((column) => `'${column}', o."${column}"`)
  const isLive = `(${isOfLiveTarget.join(' or ')})
            and jsonb_build_object(${pairs.join(', ')}) in (select identity from live)`
  return `
    select case when o.value not in ('NaN', 'Infinity', '-Infinity') then o.value end as value, to_jsonb(o) as "row",
           ${named('i')} as instance, ${named('a')} as agent, h.name as host, ${skew} as "skewMs"
      from observed o
      left join pem.instance i on i.id = ${instanceId}
      left join pem.agent a on a.id = coalesce(${agentId}, i.agent_id)
      left join pem.host h on h.id = coalesce(${hostId}, i.host_id, a.host_id)
      left join pemdata.agent beat on beat.agent_id = a.id
     where (${instanceId} is null or i.removed_at is null and i.id is not null)
       and (${agentId} is null or a.disabled_at is null and a.id is not null)
       and (o.value >= $2::float8 or o.value <= $3::float8 or ${isLive})
       ${roleFilter(role)}
     limit $4::int`
}

function roleFilter(role: RuleQuestion['role']): string {
  if (role === 'any') return ''
  return `and exists (select from pemdata.instance p where p.instance_id = i.id and p.in_recovery is ${role === 'standby'})`
}

function targets({ allInstances }: RuleQuestion): string {
  const every = `
    (select id as instance_id, null::uuid as agent_id, null::int as host_id from pem.instance where removed_at is null)`
  return `
    select k.instance_id as "instanceId", k.host_id as "hostId", k.agent_id as "agentId",
           ${named('i')} as instance, ${named('a')} as agent, h.name as host,
           (i.removed_at is not null or k.agent_id is not null and a.disabled_at is not null) as "isRemoved",
           ${milliseconds('beat.collected_at')} as "heartbeatAt", seen.state as "instanceState", ${skew} as "skewMs",
           coalesce((select jsonb_object_agg(run.probe, jsonb_build_object(
                              'ok', run.ok, 'collectedAt', ${milliseconds('run.collected_at')},
                              'lastOkAt', ${milliseconds('run.last_ok_at')}))
                       from (select * from pemdata.probe_run
                              where probe = any($5::text[]) and instance_id = k.instance_id
                              union all
                             select * from pemdata.probe_run
                              where probe = any($5::text[]) and instance_id is null
                                and host_id = coalesce(k.host_id, i.host_id)) run), '{}') as runs
      from ${allInstances ? every : 'live_target'} k
      left join pem.instance i on i.id = k.instance_id
      left join lateral (
        select one.* from pem.agent one
         where one.id = coalesce(k.agent_id, i.agent_id)
            or (k.agent_id is null and i.id is null and one.host_id = k.host_id and one.disabled_at is null)
         order by one.enrolled_at desc
         limit 1
      ) a on true
      left join pem.host h on h.id = coalesce(k.host_id, i.host_id, a.host_id)
      left join pemdata.agent beat on beat.agent_id = a.id
      left join pemdata.instance seen on seen.instance_id = k.instance_id`
}

const firing = `
    select distinct rule, instance_id as "instanceId", agent_id as "agentId"
      from pemdata.alert
     where rule = any($6::text[]) and (condition <> 'normal' or flap_ring <> 0)
       and condition in ('firing', 'recovering')`

/** How far the clock that stamped the samples is ahead of the repository's. */
const skew = 'coalesce(beat.clock_skew_seconds * 1000, 0)'

function list(query: string): string {
  return `(select coalesce(jsonb_agg(to_jsonb(one)), '[]') from (${query}) one)`
}

function named(alias: string): string {
  return `case when ${alias}.id is not null then jsonb_build_object('id', ${alias}.id, 'name', ${alias}.name) end`
}

function milliseconds(time: string): string {
  return `floor(extract(epoch from ${time}) * 1000)`
}

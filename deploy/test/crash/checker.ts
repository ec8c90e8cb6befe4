import postgres, { type Sql } from 'postgres'
import { columnsOf, keyOf, probes, targetColumn, type Probe } from '@trunkline/probes'
import type { Mail } from '../smtp.ts'

/** What the repository says happened, held against what the outside world saw; each violation is one sentence. */
export async function violationsOf(given: {
  repositoryUrl: string
  mails: readonly Mail[]
  /** Accepted by the api. */
  actionIds: readonly string[]
  /** Collection times (ms) of the instance probe that the metrics store was given, by the agent, on another way. */
  witnessed: { instanceId: number; times: readonly number[] }
}): Promise<string[]> {
  const sql = postgres(given.repositoryUrl, { max: 1, onnotice: () => undefined })
  try {
    return [
      ...(await doubledRows(sql)),
      ...(await lostSamples(sql, given.witnessed)),
      ...(await brokenHistories(sql)),
      ...(await untoldTransitions(sql)),
      ...(await wrongMails(sql, given.mails)),
      ...(await wrongActions(sql, given.actionIds)),
    ]
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function doubledRows(sql: Sql): Promise<string[]> {
  const all = await Promise.all(
    Object.entries<Probe>(probes).map(async ([name, probe]) => {
      const known = new Set(columnsOf(probe).map((column) => column.name))
      const key = [
        targetColumn(probe),
        'collected_at',
        ...keyOf(probe).filter((column) => known.has(column)),
      ]
      const doubled = await sql`
        select ${sql(key)}, count(*) as times from ${sql(`pemhistory.${name}`)}
         group by ${sql(key)} having count(*) > 1 limit 3`
      return doubled.map((row) => `pemhistory.${name} holds ${JSON.stringify(row)}`)
    }),
  )
  return all.flat()
}

async function lostSamples(
  sql: Sql,
  { instanceId, times }: { instanceId: number; times: readonly number[] },
): Promise<string[]> {
  const rows = await sql<{ at: Date }[]>`
    select collected_at as at from pemhistory.instance where instance_id = ${instanceId}`
  const stored = new Set(rows.map(({ at }) => at.getTime()))
  const lost = times.filter((time) => !stored.has(time))
  return [
    ...(times.length === 0 ? ['the metrics store witnessed no sample at all'] : []),
    ...lost.map((time) => `the sample of ${new Date(time).toISOString()} is not in pemhistory`),
  ]
}

async function brokenHistories(sql: Sql): Promise<string[]> {
  const rows = await sql<{ alert_id: string; problem: string }[]>`
    with steps as (
      select alert_id, sequence, from_condition, to_condition, from_level, to_level,
             row_number() over alert as place,
             lag(to_condition) over alert as was_condition, lag(to_level) over alert as was_level
        from pemhistory.alert
      window alert as (partition by alert_id order by sequence)
    )
    select alert_id, 'transition ' || sequence || ' stands at place ' || place as problem
      from steps where sequence <> place
    union all
    select alert_id, 'transition ' || sequence || ' starts where none ended'
      from steps where place > 1 and (from_condition, from_level) is distinct from (was_condition, was_level)
    union all
    select a.id, 'its newest transition is ' || coalesce(max(h.sequence), 0) || ', the alert says ' || a.sequence
      from pemdata.alert a left join pemhistory.alert h on h.alert_id = a.id
     group by a.id, a.sequence having coalesce(max(h.sequence), 0) <> a.sequence`
  return rows.map(({ alert_id, problem }) => `alert ${alert_id}: ${problem}`)
}

async function untoldTransitions(sql: Sql): Promise<string[]> {
  const rows = await sql<{ alert_id: string; sequence: number; told: number }[]>`
    select h.alert_id, h.sequence, count(distinct n.message_id)::int as told
      from pemhistory.alert h
      left join pem.notification n on n.alert_id = h.alert_id and n.sequence = h.sequence
     where h.told = 'told' and h.kind in ('raised', 'level_up', 'level_down', 'resolved')
     group by h.alert_id, h.sequence having count(distinct n.message_id) <> 1`
  const open = await sql<{ id: string; state: string }[]>`
    select id, state from pem.notification where state not in ('sent', 'superseded')`
  return [
    ...rows.map((row) => `transition ${row.alert_id}/${row.sequence} has ${row.told} Message-IDs`),
    ...open.map(({ id, state }) => `notification ${id} is ${state}`),
  ]
}

async function wrongMails(sql: Sql, mails: readonly Mail[]): Promise<string[]> {
  const rows = await sql<{ message_id: string; state: string }[]>`
    select message_id, state from pem.notification`
  const spooled = new Map(rows.map((row) => [row.message_id, row.state]))
  const arrived = new Set(mails.map((mail) => mail.messageId))
  return [
    ...[...arrived]
      .filter((id) => !spooled.has(id))
      .map((id) => `a mail came that nobody spooled: ${id}`),
    ...[...spooled]
      .filter(([id, state]) => state === 'sent' && !arrived.has(id))
      .map(([id]) => `a message counts as sent and never came: ${id}`),
  ]
}

/**
 * The audit is written with each change of an action's state: one start each, and one end. An agent killed between
 * taking an action and asking to start it never starts it: that one is lost without a start.
 */
async function wrongActions(sql: Sql, actionIds: readonly string[]): Promise<string[]> {
  const rows = await sql<{ id: string; state: string; starts: number; ends: number }[]>`
    select a.id, a.state,
           count(*) filter (where u.kind = 'action_running')::int as starts,
           count(*) filter (where u.kind in ('action_verifying', 'action_failed', 'action_lost'))::int as ends
      from pem.action a left join pem.audit u on u.subject = 'action:' || a.id
     where a.id = any(${[...actionIds]}::uuid[])
     group by a.id, a.state`
  return [
    ...(rows.length === actionIds.length ? [] : ['an action that was accepted is not there']),
    ...rows
      .filter(
        ({ state, starts, ends }) =>
          ends !== 1 || (starts !== 1 && !(starts === 0 && state === 'lost')),
      )
      .map(
        (row) =>
          `action ${row.id} started ${row.starts} times and ended ${row.ends} times, as ${row.state}`,
      ),
  ]
}

import type postgres from 'postgres'
import { alertColumns, type AlertRow } from './alert-row.ts'

export interface AlertFilter {
  state: 'open' | 'firing' | 'pending' | 'resolved' | 'all'
  level: number | null
  instanceId: number | null
  limit: number
  /** What `nextAlerts` gave for the page before. */
  after: AlertPlace | null
}

/** Where an alert stands in the list. */
export interface AlertPlace {
  level: number
  changedAt: string
  id: string
}

/** Alerts, the most severe first, among equals the newest. */
export async function listAlerts(
  { sql }: { sql: postgres.ISql },
  filter: AlertFilter,
): Promise<AlertRow[]> {
  const { state, level, instanceId, limit, after } = filter
  return await sql<AlertRow[]>`
    select ${alertColumns(sql)}
      from pemdata.alert a
      left join pem.instance i on i.id = a.instance_id
      left join pem.agent on agent.id = a.agent_id
     where ${conditions(sql, state)}
       and (${level}::int is null or a.level = ${level})
       and (${instanceId}::int is null or a.instance_id = ${instanceId})
       and (${after?.id ?? null}::uuid is null
            or (a.level, a.changed_at, a.id)
               < (${after?.level ?? 0}, ${after?.changedAt ?? null}::text::timestamptz, ${after?.id ?? null}::uuid))
     order by a.level desc, a.changed_at desc, a.id desc
     limit ${limit}`
}

/** Where the page after this alert begins, exactly: a `Date` would cut the time to milliseconds. */
export async function placeOfAlert(
  { sql }: { sql: postgres.ISql },
  id: string,
): Promise<AlertPlace | undefined> {
  const [place] = await sql<AlertPlace[]>`
    select level, changed_at::text as "changedAt", id from pemdata.alert where id = ${id}`
  return place
}

function conditions(sql: postgres.ISql, state: AlertFilter['state']) {
  switch (state) {
    case 'open':
      return sql`a.condition <> 'normal'`
    case 'firing':
      return sql`a.condition in ('firing', 'recovering')`
    case 'pending':
      return sql`a.condition = 'pending'`
    case 'resolved':
      return sql`a.condition = 'normal' and a.resolved_at is not null`
    case 'all':
      return sql`true`
  }
}

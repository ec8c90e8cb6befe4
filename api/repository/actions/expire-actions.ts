import type { Sql } from 'postgres'
import { recordActionChange } from './change-action.ts'

const graceSeconds = 30

/**
 * Actions nobody started in time are expired: the agent may not start them any more. Those that were started and of
 * which nothing was heard are lost: a person has to look; they are never run again by themselves.
 */
export async function expireActions({ sql }: { sql: Sql }): Promise<number> {
  const overdue = await sql<{ id: string }[]>`
    select id from pem.action
     where (state in ('queued', 'dispatched') and start_before < clock_timestamp())
        or (state = 'running' and finish_before < clock_timestamp() - make_interval(secs => ${graceSeconds}))
     limit 100`
  for (const { id } of overdue) await expire(sql, id)
  return overdue.length
}

async function expire(sql: Sql, id: string): Promise<void> {
  await sql.begin(async (tx) => {
    const rows = await tx<{ state: 'expired' | 'lost' }[]>`
      update pem.action
         set state = case state when 'running' then 'lost' else 'expired' end,
             error = case state when 'running' then 'the agent did not say in time how it ended'
                                when 'queued' then 'the agent did not fetch it in time'
                                else 'the agent did not start it in time' end,
             finished_at = clock_timestamp()
       where id = ${id}
         and ((state in ('queued', 'dispatched') and start_before < clock_timestamp())
              or (state = 'running' and finish_before < clock_timestamp() - make_interval(secs => ${graceSeconds})))
      returning state`
    const [row] = rows
    if (row) await recordActionChange(tx, { id, rows, to: row.state, actor: 'engine' })
  })
}

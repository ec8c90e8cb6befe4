import type { ISql } from 'postgres'

/** How many messages are in each state, and how long the oldest unsent one has been due. */
export interface SpoolFigures {
  byState: Record<string, number>
  oldestDueSeconds: number
}

/** Sent and superseded ones are not counted: there may be millions. */
export async function readSpoolFigures({ sql }: { sql: ISql }): Promise<SpoolFigures> {
  // In two parts, so that each is answered by an index of its own.
  const rows = await sql<{ state: string; count: number; due: number }[]>`
    select state, count(*)::int as count,
           greatest(0, coalesce(extract(epoch from clock_timestamp() - min(next_try_at)), 0))::float8 as due
      from pem.notification
     where state in ('queued', 'sending', 'retry_wait', 'unknown')
     group by state
     union all
    select 'dead', count(*)::int, 0 from pem.notification where state = 'dead'`
  const open = rows.filter(({ state }) => state !== 'dead')
  return {
    byState: Object.fromEntries(rows.map(({ state, count }) => [state, count])),
    oldestDueSeconds: Math.max(0, ...open.map(({ due }) => due)),
  }
}

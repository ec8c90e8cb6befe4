import { quoteName } from '../probe-table.ts'

export interface HistoryColumn {
  name: string
  kind: 'gauge' | 'counter'
}

interface Parts {
  name: string
  labels: readonly string[]
  columns: readonly HistoryColumn[]
  target: string
  since: string | undefined
}

/**
 * $1 target, $2 from and $3 to in epoch seconds, $4 step, $5 how far back the sample before `from` may lie, $6 most
 * label sets: those with most samples. Gives labels, number of the bucket, a value a column.
 * Inside, columns are l0, l1 … and c0, c1 …, so that no name of a probe can clash with ours.
 */
export function historyStatement({ name, labels, columns, target, since }: Parts): string {
  const label = labels.map((_, place) => `l${place}`)
  const picked = [
    'collected_at as at',
    ...labels.map((column, place) => `${quoteName(column)} as l${place}`),
    ...columns.map((column, place) => `${quoteName(column.name)} as c${place}`),
    ...(since === undefined ? [] : [`${quoteName(since)} as since`]),
  ]
  const befores = [
    'extract(epoch from at - lag(at) over w)::float8 as seconds',
    ...columns.map((_, place) => `lag(c${place}) over w as before${place}`),
    ...(since === undefined ? [] : ['lag(since) over w as since_before']),
  ]
  const isLabelled = label.length > 0
  const list = label.join(', ')
  return `
    with raw as materialized (
      select ${picked.join(', ')}
        from pemhistory.${quoteName(name)}
       where ${target} = $1::int
         and collected_at >= to_timestamp($2::float8 - $5::float8) and collected_at < to_timestamp($3::float8)
    ), sets as (
      select ${isLabelled ? list : '1'} from raw
       ${isLabelled ? `group by ${list} order by count(*) desc, ${list}` : ''} limit $6::int
    ), steps as (
      select raw.*, ${befores.join(', ')}
        from raw ${isLabelled ? `join sets using (${list})` : ''}
      window w as (${isLabelled ? `partition by ${label.map((one) => `raw.${one}`).join(', ')}` : ''} order by at)
    )
    select ${label.map((one) => `${one}, `).join('')}
           floor((extract(epoch from at) - $2::float8) / $4::float8)::int as bucket,
           ${columns.map(({ kind }, place) => valueOf(kind, place, since !== undefined)).join(', ')}
      from steps
     where at >= to_timestamp($2::float8)
     group by ${[...label, 'bucket'].join(', ')}
     order by ${[...label, 'bucket'].join(', ')}`
}

// A counter that went down, or that says it was reset, counts from zero again.
function valueOf(kind: HistoryColumn['kind'], place: number, hasSince: boolean): string {
  const [now, before] = [`c${place}`, `before${place}`]
  if (kind === 'gauge') return `avg(${now})`
  const isReset = `${now} < ${before}${hasSince ? ' or since is distinct from since_before' : ''}`
  const grown = `case when ${isReset} then ${now} else ${now} - ${before} end`
  const isKnown = `${now} is not null and ${before} is not null`
  return `sum(${grown}) filter (where ${isKnown}) / nullif(sum(seconds) filter (where ${isKnown}), 0)`
}

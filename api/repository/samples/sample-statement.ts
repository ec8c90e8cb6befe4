import { quoteName, type ProbeTable } from '../probe-table.ts'
import type { CheckedSample } from './check-sample.ts'

/**
 * One statement that writes history, replaces the newest rows and deletes those that are gone.
 * $1 targets, $2 times, $3 whether the row is of the newest sample, $4 targets that have a new newest sample; then a
 * column each. History and newest are written from one list, so that they cannot disagree.
 */
export function sampleStatement({ name, target, columns, key }: ProbeTable): string {
  const table = quoteName(name)
  const all = [target, 'collected_at', ...columns.map((column) => quoteName(column.name))]
  const input = ['target', 'at', ...columns.map((_, place) => `c${place}`)]
  const arrays = columns.map(({ type }, place) => `$${place + 5}::${type}[]`)
  const keyInput = key.map((column) => `c${columns.findIndex((other) => other.name === column)}`)
  const keyColumns = [target, ...key.map(quoteName)].join(', ')
  const updates = all.slice(1).map((column) => `${column} = excluded.${column}`)
  return `
    with input as materialized (
      select * from unnest(${['$1::int[]', '$2::timestamptz[]', '$3::bool[]', ...arrays].join(', ')})
        as i (target, at, is_newest${input
          .slice(2)
          .map((column) => `, ${column}`)
          .join('')})
    ), history as (
      insert into pemhistory.${table} (${all.join(', ')}) select ${input.join(', ')} from input
    ), gone as (
      delete from pemdata.${table}
       where ${target} = any ($4::int[])
         and (${keyColumns}) not in (select ${['target', ...keyInput].join(', ')} from input where is_newest)
    )
    insert into pemdata.${table} (${all.join(', ')})
    select ${input.join(', ')} from input where is_newest
    on conflict (${keyColumns}) do update set ${updates.join(', ')}`
}

/** The values of `sampleStatement`'s parameters for samples of one probe. */
export function sampleParameters(
  samples: readonly CheckedSample[],
  newest: ReadonlySet<CheckedSample>,
): string[] {
  const perRow = (value: (sample: CheckedSample) => string): string =>
    literal(samples.flatMap((sample) => Array<string>(sample.rowCount).fill(value(sample))))
  const columns = samples[0]?.cells.length ?? 0
  return [
    perRow((sample) => String(sample.target)),
    perRow((sample) => `"${sample.collectedAt.toISOString()}"`),
    perRow((sample) => (newest.has(sample) ? 't' : 'f')),
    literal(samples.filter((sample) => newest.has(sample)).map((sample) => String(sample.target))),
    ...Array.from({ length: columns }, (_, place) =>
      literal(samples.flatMap((sample) => sample.cells[place] ?? [])),
    ),
  ]
}

const literal = (elements: readonly string[]): string => `{${elements.join(',')}}`

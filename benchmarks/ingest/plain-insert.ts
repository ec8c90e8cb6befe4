import type { Sample } from '@trunkline/api/agent-client'
import type { Sql } from '@trunkline/api/repository'
import { columns, probe } from './batches.ts'

const names = columns.map(({ name }) => name)
const list = ['instance_id', 'collected_at', ...names].join(', ')
const arrays = columns.map(({ type }, place) => `$${place + 3}::${type}[]`).join(', ')

/** Tables as the repository's own, but of nobody: no probe, no partitions. */
export async function makePlainTables(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create schema plain;
    create table plain.history (like pemhistory.tables);
    create index on plain.history (instance_id, collected_at);
    create table plain.newest (like pemdata.tables including all) with (fillfactor = 50)`)
}

/** What one would write first: one array a column, one insert, history only. */
export async function insertHistory(sql: Sql, samples: readonly Sample[]): Promise<void> {
  await sql.unsafe(
    `insert into plain.history (${list}) select * from unnest($1::int[], $2::timestamptz[], ${arrays})`,
    parameters(sql, samples),
    { prepare: true },
  )
}

/** The same rows into history and newest, in one statement, without any check. */
export async function insertBoth(sql: Sql, samples: readonly Sample[]): Promise<void> {
  const key = ['instance_id', ...Object.keys(probe.labels)].join(', ')
  const updates = ['collected_at', ...names].map((name) => `${name} = excluded.${name}`).join(', ')
  await sql.unsafe(
    `with input as materialized (
       select * from unnest($1::int[], $2::timestamptz[], ${arrays}) as i (${list})
     ), history as (insert into plain.history (${list}) select * from input)
     insert into plain.newest (${list}) select * from input on conflict (${key}) do update set ${updates}`,
    parameters(sql, samples),
    { prepare: true },
  )
}

function parameters(sql: Sql, samples: readonly Sample[]): never[] {
  const perRow = (value: (sample: Sample) => unknown): unknown[] =>
    samples.flatMap((sample) => Array<unknown>(sample.rowCount).fill(value(sample)))
  return [
    perRow(({ instanceId }) => instanceId),
    perRow(({ collectedAt }) => collectedAt),
    ...columns.map(({ name, type }) => {
      const values = samples.flatMap((sample) => sample.columns[name] ?? [])
      // The driver takes an array of booleans for one boolean otherwise.
      return type === 'bool' ? sql.array(values as boolean[]) : values
    }),
  ] as never[] // arrays of what the columns take
}

import { durationMs } from '@trunkline/probes'
import { setTimeout as pause } from 'node:timers/promises'
import type { Sql, TransactionSql } from 'postgres'
import { quoteName } from './probe-table.ts'

interface History {
  name: string
  /** Its column of time, by which it is partitioned. */
  column: string
  partitions: string[]
}

const dayMs = 86_400_000
const daysAhead = 2
const alertRetention = '400d'
const lockKey = 7_480_003
// Ingest waits behind us at most this long; what cannot be had is tried again, and then by the next run.
const lockWait = '200ms'
const tries = 10

/**
 * A partition for today and the next two days for every table of `pemhistory`, and for each other day of which rows
 * wait in the default partition, where they go when theirs is missing.
 */
export async function ensurePartitions(sql: Sql, now: Date): Promise<void> {
  const today = Math.floor(now.getTime() / dayMs)
  const ahead = Array.from({ length: daysAhead + 1 }, (_, days) => today + days)
  for (const history of await readHistories(sql)) {
    const stray = await readStrayDays(sql, history)
    for (const day of new Set([...ahead, ...stray])) {
      if (!history.partitions.includes(partitionName(history.name, day)))
        await addDay(sql, history, day)
    }
  }
}

/** Drops the days of `pemhistory` that are older than their probe's retention. */
export async function dropOldPartitions(sql: Sql, now: Date): Promise<string[]> {
  const retentions = await readRetentions(sql)
  const dropped: string[] = []
  for (const history of await readHistories(sql)) {
    const retention = retentions.get(history.name)
    if (retention === undefined) continue
    const keepFrom = Math.floor((now.getTime() - durationMs(retention)) / dayMs)
    for (const partition of history.partitions) {
      const day = dayOf(partition)
      if (day === undefined || day >= keepFrom) continue
      await patiently(sql, (tx) =>
        tx.unsafe(`drop table if exists pemhistory.${quoteName(partition)}`),
      )
      dropped.push(partition)
    }
    await sql.unsafe(
      `delete from pemhistory.${quoteName(`${history.name}_default`)} where ${history.column} < '${dayStart(keepFrom)}'`,
    )
  }
  return dropped
}

async function readHistories(sql: Sql): Promise<History[]> {
  return sql<History[]>`
    select c.relname as name, a.attname as column,
           coalesce(array_agg(p.relname::text) filter (where p.oid is not null), '{}') as partitions
      from pg_partitioned_table t
      join pg_class c on c.oid = t.partrelid
      join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'pemhistory'
      join pg_attribute a on a.attrelid = c.oid and a.attnum = t.partattrs[0]
      left join pg_inherits i on i.inhparent = c.oid
      left join pg_class p on p.oid = i.inhrelid
     group by 1, 2
     order by 1`
}

async function readStrayDays(sql: Sql, { name, column }: History): Promise<number[]> {
  const rows = await sql.unsafe<{ day: number }[]>(`
    select distinct floor(extract(epoch from ${column}) / 86400)::int as day
      from pemhistory.${quoteName(`${name}_default`)} limit 1000`)
  return rows.map(({ day }) => day)
}

async function readRetentions(sql: Sql): Promise<Map<string, string>> {
  const rows = await sql<{ name: string; retention: string }[]>`
    select name, definition ->> 'retention' as retention from pem.probe`
  return new Map([
    ...rows.map((row) => [row.name, row.retention] as const),
    ['alert', alertRetention],
  ])
}

// The default partition is locked first: a row that went there between the move and the attaching would refuse it.
async function addDay(sql: Sql, { name, column }: History, day: number): Promise<void> {
  const parent = `pemhistory.${quoteName(name)}`
  const part = `pemhistory.${quoteName(partitionName(name, day))}`
  const rest = `pemhistory.${quoteName(`${name}_default`)}`
  const [from, to] = [dayStart(day), dayStart(day + 1)]
  await patiently(sql, async (tx) => {
    const [made] = await tx`select 1 where to_regclass(${part}) is not null`
    if (made) return
    await tx.unsafe(`
      create table ${part} (like ${parent} including all);
      lock table ${rest} in access exclusive mode;
      with moved as (
        delete from ${rest} where ${column} >= '${from}' and ${column} < '${to}' returning *
      ) insert into ${part} select * from moved;
      alter table ${parent} attach partition ${part} for values from ('${from}') to ('${to}')`)
  })
}

/** One process at a time, in a transaction that gives up quickly on locks, again until it gets them. */
async function patiently(sql: Sql, work: (tx: TransactionSql) => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await sql.begin(async (tx) => {
        await tx.unsafe(`set local lock_timeout = '${lockWait}'`)
        await tx`select pg_advisory_xact_lock(${lockKey})`
        await work(tx)
      })
      return
    } catch (error) {
      const isLocked = error instanceof Error && 'code' in error && error.code === '55P03'
      if (!isLocked || attempt === tries) throw error
      await pause(50 + Math.random() * 200)
    }
  }
}

const dayStart = (day: number): string =>
  `${new Date(day * dayMs).toISOString().slice(0, 10)} 00:00:00+00`

const partitionName = (name: string, day: number): string =>
  `${name}_${new Date(day * dayMs).toISOString().slice(0, 10).replaceAll('-', '')}`

function dayOf(partition: string): number | undefined {
  const [, year, month, day] = /_(\d{4})(\d\d)(\d\d)$/.exec(partition) ?? []
  return year === undefined ? undefined : Date.parse(`${year}-${month}-${day}T00:00:00Z`) / dayMs
}

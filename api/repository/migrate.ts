import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { ReservedSql, Sql } from 'postgres'

/** One file of `migrations/`, applied once, in the order of its name. */
export interface Migration {
  name: string
  text: string
  hash: string
}

export interface Applied {
  name: string
  hash: string
  applied_at: Date
}

const lockKey = 7_480_001
const lockWaitMs = 60_000
const folder = new URL('./migrations/', import.meta.url)

/**
 * Brings our own tables up to date. Any number of processes may call it at once: one applies, the others wait. Refuses a
 * repository whose applied files are not, in order and content, the first ones of this version.
 * `sql` should have a deadline of a minute or more.
 */
export async function migrate(sql: Sql, from: URL = folder): Promise<string[]> {
  const files = await readMigrations(from)
  const session = await sql.reserve()
  try {
    await lock(session)
    const applied = await readApplied(session)
    const pending = pendingMigrations(files, applied)
    for (const migration of pending) await apply(session, migration)
    return pending.map(({ name }) => name)
  } finally {
    await session`select pg_advisory_unlock_all()`.catch(() => undefined)
    session.release()
  }
}

/** What is still to be applied; throws when the files and what was applied tell different stories. */
export function pendingMigrations(
  files: readonly Migration[],
  applied: readonly Applied[],
): Migration[] {
  for (const [place, done] of applied.entries()) {
    const file = files[place]
    if (file === undefined) {
      throw new Error(
        `the repository was migrated by a newer version (${done.name}); this one cannot use it`,
      )
    }
    const when = done.applied_at.toISOString()
    if (file.name !== done.name) {
      const isKnown = files.some(({ name }) => name === done.name)
      throw new Error(
        isKnown
          ? `migration ${file.name} sorts before ${done.name}, which was applied first (${when}): give it a later number`
          : `migration ${done.name}, applied ${when}, is missing from this version`,
      )
    }
    if (file.hash !== done.hash) {
      throw new Error(
        `migration ${file.name} was changed after it was applied (${when}); write a new one instead`,
      )
    }
  }
  return files.slice(applied.length)
}

async function readMigrations(from: URL): Promise<Migration[]> {
  const names = (await readdir(from)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, from), 'utf8')
      return { name, text, hash: createHash('sha256').update(text).digest('hex') }
    }),
  )
}

// Asked for again and again rather than waited for, so that no wait is longer than a query's deadline.
async function lock(session: ReservedSql): Promise<void> {
  for (let waitedMs = 0; waitedMs < lockWaitMs; waitedMs += 100) {
    const [row] = await session<{ ok: boolean }[]>`select pg_try_advisory_lock(${lockKey}) as ok`
    if (row?.ok) return
    await pause(100)
  }
  throw new Error(`another process has been migrating the repository for ${lockWaitMs / 1000} s`)
}

async function readApplied(session: ReservedSql): Promise<Applied[]> {
  await session.unsafe(`
    create schema if not exists pem;
    create table if not exists pem.migration (
      place      int primary key,
      name       text not null unique,
      hash       text not null,
      applied_at timestamptz not null default clock_timestamp()
    )`)
  return session<Applied[]>`select name, hash, applied_at from pem.migration order by place`
}

async function apply(session: ReservedSql, { name, text, hash }: Migration): Promise<void> {
  // For what PostgreSQL refuses inside a transaction. Such a file holds one statement, safe to run twice.
  const isTransactional = !text.startsWith('-- no-transaction')
  try {
    if (isTransactional) await session.unsafe('begin')
    await session.unsafe(text)
    await session`
      insert into pem.migration (place, name, hash)
      select count(*), ${name}, ${hash} from pem.migration`
    if (isTransactional) await session.unsafe('commit')
  } catch (cause) {
    if (isTransactional) await session.unsafe('rollback').catch(() => undefined)
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`migration ${name} failed: ${reason}`, { cause })
  }
}

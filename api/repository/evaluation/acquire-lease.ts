import type { ISql } from 'postgres'

/** Leadership of a shard: every write that depends on it checks `epoch`. */
export interface Lease {
  shard: number
  holder: string
  epoch: number
}

/**
 * Takes or renews the lease of a shard; undefined while another holds it, unless that other `isGone`. The epoch grows
 * with each change of holder, so that whoever slept through the end of his lease is found out at his next write.
 */
export async function acquireLease(
  { sql, isGone = () => false }: { sql: ISql; isGone?: (holder: string) => boolean },
  wanted: { shard: number; holder: string; ttlMs: number },
): Promise<Lease | undefined> {
  const lease = await take({ sql }, wanted, '')
  if (lease !== undefined) return lease
  const [held] = await sql<
    { holder: string }[]
  >`select holder from pem.lease where shard = ${wanted.shard}`
  return held !== undefined && isGone(held.holder)
    ? await take({ sql }, wanted, held.holder)
    : undefined
}

async function take(
  { sql }: { sql: ISql },
  { shard, holder, ttlMs }: { shard: number; holder: string; ttlMs: number },
  gone: string,
): Promise<Lease | undefined> {
  const [lease] = await sql<Lease[]>`
    insert into pem.lease as l (shard, holder, epoch, expires_at)
    values (${shard}, ${holder}, 1, clock_timestamp() + make_interval(secs => ${ttlMs / 1_000}))
        on conflict (shard) do update
       set holder = excluded.holder,
           epoch = l.epoch + (l.holder <> excluded.holder)::int,
           expires_at = excluded.expires_at
     where l.holder in (excluded.holder, ${gone}) or l.expires_at < clock_timestamp()
 returning shard, holder, epoch`
  return lease
}

/** Gives the lease up, so that another need not wait for its end. */
export async function releaseLease({ sql }: { sql: ISql }, lease: Lease): Promise<void> {
  await sql`
    update pem.lease set expires_at = clock_timestamp()
     where shard = ${lease.shard} and holder = ${lease.holder} and epoch = ${lease.epoch}`
}

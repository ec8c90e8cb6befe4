import { acquireLease, type Lease, releaseLease, type Sql } from '@trunkline/api/repository'
import type { LeaseOwner } from './notify/lease-owner.ts'

const ttlMs = 10_000
const renewMs = 3_000

export interface Leadership {
  /** The lease, while it surely has not run out. */
  current(): Lease | undefined
  /** Another engine has it: found out when writing. */
  lost(): void
}

/**
 * Takes the lease of the evaluation when it is free and renews it until `signal` is aborted, then gives it up. Steps down
 * by the monotonic clock before others may take over; that a write is refused to whoever did not notice is the
 * database's part.
 */
export function createLeadership(given: {
  sql: Sql
  owner: LeaseOwner
  signal: AbortSignal
  onChange: (isLeader: boolean) => void
  log: (event: string, fields: Record<string, unknown>) => void
}): Leadership & { done: Promise<void> } {
  const { sql, owner, signal, onChange, log } = given
  let lease: Lease | undefined
  let validUntil = 0
  const current = (): Lease | undefined => (performance.now() < validUntil ? lease : undefined)
  const renew = async (): Promise<void> => {
    const askedAt = performance.now()
    const before = lease
    const got = await acquireLease(
      { sql, isGone: owner.isGone },
      { shard: 0, holder: owner.name, ttlMs },
    )
    lease = got
    validUntil = got === undefined ? 0 : askedAt + ttlMs
    if (before?.epoch === got?.epoch) return
    log(got === undefined ? 'lease_lost' : 'lease_taken', { epoch: got?.epoch ?? before?.epoch })
    onChange(got !== undefined)
  }
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await renew().catch((error: unknown) => log('lease_unreachable', { error: String(error) }))
      await pause(current() === undefined ? 1_000 : renewMs, signal)
    }
    const held = current()
    if (held !== undefined) await releaseLease({ sql }, held).catch(() => undefined)
  }
  return {
    current,
    lost: () => {
      validUntil = 0
    },
    done: run(),
  }
}

/** Waits, or less when the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}

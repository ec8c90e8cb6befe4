import type { TransactionSql } from 'postgres'
import type { Run } from './probe-runs.ts'

const maxBytes = 7_000

/** Tells which probes have news of what; `{}` stands for "many, look yourself". */
export async function notifySamples(tx: TransactionSql, runs: readonly Run[]): Promise<void> {
  const payloads = [...new Set(runs.map(payloadOf))]
  const bytes = payloads.reduce((sum, payload) => sum + Buffer.byteLength(payload), 0)
  await tx`select pg_notify('samples', p) from unnest(${bytes > maxBytes ? ['{}'] : payloads}::text[]) as p`
}

function payloadOf({ sample, instanceId, hostId }: Run): string {
  return JSON.stringify(
    hostId === null ? { probe: sample.probe, instanceId } : { probe: sample.probe, hostId },
  )
}

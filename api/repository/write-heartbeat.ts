import type { Sql } from 'postgres'
import type { Heartbeat } from '../src/agents/wire.ts'

/** Keeps an agent's newest heartbeat, timed by our clock: an agent whose clock is wrong is not late for that. */
export async function writeHeartbeat(
  { sql }: { sql: Sql },
  { agentId, ...heartbeat }: Heartbeat & { agentId: string },
): Promise<void> {
  const {
    version,
    startedAt,
    sentAt,
    workerRestarts,
    spoolBytes,
    spoolOldestSeconds,
    droppedSamples,
  } = heartbeat
  await sql`
    insert into pemdata.agent
           (agent_id, collected_at, version, started_at, worker_restarts, spool_bytes, spool_oldest_seconds,
            dropped_samples, clock_skew_seconds)
    values (${agentId}, now(), ${version}, ${startedAt}, ${workerRestarts}, ${spoolBytes}, ${spoolOldestSeconds},
            ${droppedSamples}, extract(epoch from ${sentAt}::timestamptz - now()))
    on conflict (agent_id) do update
       set collected_at = excluded.collected_at, version = excluded.version, started_at = excluded.started_at,
           worker_restarts = excluded.worker_restarts, spool_bytes = excluded.spool_bytes,
           spool_oldest_seconds = excluded.spool_oldest_seconds, dropped_samples = excluded.dropped_samples,
           clock_skew_seconds = excluded.clock_skew_seconds`
}

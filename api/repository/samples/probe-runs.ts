import type { TransactionSql } from 'postgres'
import type { Sample } from '../../src/agents/wire.ts'
import { cleanText } from './encode-value.ts'

/** What became of one sample: a run of a probe on a target. */
export interface Run {
  sample: Sample
  /** When it was collected, never later than now. */
  at: Date
  instanceId: number | null
  hostId: number | null
  /** Set when the rows were not stored, by the agent's failure or by our refusal. */
  failure: Sample['failure']
}

/** The newest of several runs of one probe on one target, and what the others add to it. */
function foldRuns(runs: readonly Run[]) {
  const byTarget = Map.groupBy(runs, runKey)
  return [...byTarget.values()].map((group) => {
    const inOrder = group.toSorted((a, b) => a.at.getTime() - b.at.getTime())
    const newest = inOrder.at(-1) as Run // groups are never empty
    const lastOk = inOrder.findLast(({ failure }) => failure === undefined)
    const { sample, failure } = newest
    return {
      probe: sample.probe,
      instance_id: newest.instanceId,
      host_id: newest.hostId,
      collected_at: newest.at,
      ok: failure === undefined,
      duration_seconds: sample.durationMs / 1000,
      row_count: sample.rowCount,
      cut_rows: sample.cutRows,
      sqlstate: failure?.sqlstate ?? null,
      error: failure ? cleanText(failure.message) : null,
      hint: failure?.hint ? cleanText(failure.hint) : null,
      failures: inOrder.length - 1 - inOrder.findLastIndex((run) => run.failure === undefined),
      last_ok_at: lastOk?.at ?? null,
    }
  })
}

export async function writeRuns(
  tx: TransactionSql,
  agentId: string,
  runs: readonly Run[],
): Promise<void> {
  await tx`
    insert into pemdata.probe_run as p
           (probe, instance_id, host_id, agent_id, collected_at, ok, duration_seconds, row_count, cut_rows,
            sqlstate, error, hint, consecutive_failures, last_ok_at)
    select probe, instance_id, host_id, ${agentId}::uuid, collected_at, ok, duration_seconds, row_count, cut_rows,
           sqlstate, error, hint, failures, last_ok_at
      from jsonb_to_recordset(${tx.json(foldRuns(runs))}) as r (
             probe text, instance_id int, host_id int, collected_at timestamptz, ok bool, duration_seconds float8,
             row_count int, cut_rows int, sqlstate text, error text, hint text, failures int, last_ok_at timestamptz)
    on conflict (probe, instance_id, host_id) do update
       set agent_id = excluded.agent_id, collected_at = excluded.collected_at, stored_at = now(), ok = excluded.ok,
           duration_seconds = excluded.duration_seconds, row_count = excluded.row_count, cut_rows = excluded.cut_rows,
           sqlstate = excluded.sqlstate, error = excluded.error, hint = excluded.hint,
           consecutive_failures = excluded.consecutive_failures
             + case when excluded.last_ok_at is null then p.consecutive_failures else 0 end,
           last_ok_at = greatest(p.last_ok_at, excluded.last_ok_at)
     where excluded.collected_at >= p.collected_at`
}

const runKey = ({ sample, instanceId, hostId }: Run): string =>
  `${sample.probe}\0${instanceId}\0${hostId}`

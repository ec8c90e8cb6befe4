import type postgres from 'postgres'

/** How the newest run of a probe on a target went. */
export interface ProbeRunRow {
  probe: string
  instanceId: number | null
  hostId: number | null
  at: Date
  ageSeconds: number
  ok: boolean
  /** Seconds since the newest run that succeeded; null when none ever did. */
  okAgeSeconds: number | null
  error: string | null
  sqlstate: string | null
  hint: string | null
  consecutiveFailures: number
  durationSeconds: number
  cutRows: number
}

/** The newest runs; of one probe on one target if asked for. */
export async function listProbeRuns(
  { sql }: { sql: postgres.ISql },
  only: { probe?: string; instanceId?: number; hostId?: number } = {},
): Promise<ProbeRunRow[]> {
  const { probe = null, instanceId = null, hostId = null } = only
  return await sql<ProbeRunRow[]>`
    select probe, instance_id as "instanceId", host_id as "hostId", collected_at as at,
           (case when collected_at is not null then greatest(0, extract(epoch from pem.now() - collected_at)) end)::float8 as "ageSeconds", ok,
           (case when last_ok_at is not null then greatest(0, extract(epoch from pem.now() - last_ok_at)) end)::float8 as "okAgeSeconds",
           error, sqlstate, hint, consecutive_failures as "consecutiveFailures",
           duration_seconds as "durationSeconds", cut_rows as "cutRows"
      from pemdata.probe_run
     where (${probe}::text is null or probe = ${probe})
       and (${instanceId}::int is null or instance_id = ${instanceId})
       and (${hostId}::int is null or host_id = ${hostId})`
}

import type { ISql, Sql } from 'postgres'

/** The agent number `n` of a case. */
export function caseAgentId(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
}

/**
 * Empties what evaluation reads and writes, and makes one host, one agent and these instances. Only for a
 * repository that exists for running cases: it refuses one that has known a real agent.
 */
export async function makeCaseFleet(
  { sql }: { sql: Sql },
  { instances, probes }: { instances: readonly number[]; probes: readonly string[] },
): Promise<void> {
  const agentId = caseAgentId(1)
  const strangers = await sql`select from pem.agent where id <> ${agentId}`
  if (strangers.length > 0)
    throw new Error('this repository has real agents; cases need an empty one')
  await sql.begin(async (tx) => {
    for (const probe of probes) {
      await tx`delete from ${tx(`pemdata.${probe}`)}`
      await tx`delete from ${tx(`pemhistory.${probe}`)}`
    }
    await tx`delete from pem.notification_attempt`
    await tx`delete from pem.notification`
    await tx`delete from pem.action`
    await tx`delete from pemdata.alert`
    await tx`delete from pemhistory.alert`
    await tx`delete from pemdata.probe_run`
    await tx`delete from pemdata.agent`
    await tx`
      insert into pem.host (id, machine_id, name) overriding system value values (1, 'case', 'case-host')
          on conflict do nothing`
    await tx`insert into pem.agent (id, name, host_id) values (${agentId}, 'case-agent', 1) on conflict do nothing`
    await tx`
      insert into pem.instance (id, name, agent_id, host_id, address, port, database_name, user_name)
             overriding system value
      select id, 'case-' || id, ${agentId}, 1, '127.0.0.1', 1000 + id, 'postgres', 'monitor'
        from unnest(${[...instances]}::int[]) as given(id)
          on conflict do nothing`
  })
}

/** A heartbeat of a case's agent. */
export async function writeCaseHeartbeat(
  { sql }: { sql: ISql },
  { agent, at }: { agent: number; at: Date },
): Promise<void> {
  await sql`
    insert into pemdata.agent (agent_id, collected_at, version, started_at, worker_restarts, spool_bytes,
                               spool_oldest_seconds, dropped_samples, clock_skew_seconds)
    values (${caseAgentId(agent)}, ${at}, 'case', ${at}, 0, 0, 0, 0, 0)
        on conflict (agent_id) do update set collected_at = excluded.collected_at`
}

/** The newest run of a probe, as a case tells it. */
export async function writeCaseRun(
  { sql }: { sql: ISql },
  { row, at }: { row: Readonly<Record<string, unknown>>; at: Date },
): Promise<void> {
  const given = {
    duration_seconds: 0,
    row_count: 0,
    ...row,
    collected_at: at.toISOString(),
    stored_at: at.toISOString(),
    agent_id: caseAgentId(1),
    at: undefined,
  }
  await sql`
    insert into pemdata.probe_run (probe, instance_id, host_id, agent_id, collected_at, stored_at, ok, duration_seconds,
                                   row_count, sqlstate, error, hint, consecutive_failures)
    select probe, instance_id, host_id, agent_id, collected_at, stored_at, ok, duration_seconds, row_count, sqlstate,
           error, hint, consecutive_failures
      from jsonb_populate_record(null::pemdata.probe_run, ${sql.json(given)})
        on conflict (probe, instance_id, host_id) do update
       set collected_at = excluded.collected_at, ok = excluded.ok, error = excluded.error,
           consecutive_failures = excluded.consecutive_failures`
}

/** The worst of a rule's alerts: `normal`, `pending`, `recovering`, or the level that fires. */
export async function readCaseState({ sql }: { sql: ISql }, rule: string): Promise<string> {
  const [worst] = await sql<{ state: string }[]>`
    select case condition when 'firing' then (array['info', 'warning', 'critical'])[level] else condition end as state
      from pemdata.alert
     where rule = ${rule} and condition <> 'normal'
     order by condition = 'firing' desc, level desc, condition = 'recovering' desc
     limit 1`
  return worst?.state ?? 'normal'
}

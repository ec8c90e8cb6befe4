import type postgres from 'postgres'
import type { InstanceRow } from './instance-row.ts'

/** The instances that are watched, or the one of this id, by name. */
export async function listInstances(
  { sql }: { sql: postgres.ISql },
  only?: { id: number },
): Promise<InstanceRow[]> {
  return await sql<InstanceRow[]>`
    select i.id, i.name, i.address, i.port, i.database_name as database,
           jsonb_build_object('id', agent.id, 'name', agent.name) as agent,
           jsonb_build_object('id', host.id, 'name', host.name) as host,
           i.actor_user is not null as "hasActor", i.added_at as "addedAt",
           (case when beat.collected_at is not null then greatest(0, extract(epoch from pem.now() - beat.collected_at)) end)::float8 as "agentAgeSeconds",
           run.collected_at as "dataAt",
           (case when run.collected_at is not null then greatest(0, extract(epoch from pem.now() - run.collected_at)) end)::float8 as "dataAgeSeconds",
           newest.state, newest.error as "stateReason", newest.version,
           newest.in_recovery as "inRecovery", newest.started_at as "startedAt",
           newest.system_identifier as "systemIdentifier"
      from pem.instance i
      join pem.agent on agent.id = i.agent_id
      join pem.host on host.id = i.host_id
      left join pemdata.agent beat on beat.agent_id = i.agent_id
      left join pemdata.probe_run run on run.probe = 'instance' and run.instance_id = i.id
      left join pemdata.instance newest on newest.instance_id = i.id
     where i.removed_at is null and (${only?.id ?? null}::int is null or i.id = ${only?.id ?? null})
     order by i.name`
}

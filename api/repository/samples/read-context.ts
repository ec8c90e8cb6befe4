import type { TransactionSql } from 'postgres'
import type { Sample } from '../../src/agents/wire.ts'

/** What the repository knows about a batch before it is stored. */
export interface Context {
  /** Everything up to here is stored already. */
  lastSequence: number
  hostId: number
  instanceIds: ReadonlySet<number>
  /** `probe\0target` → when the rows in `pemdata` were collected. */
  newestAt: ReadonlyMap<string, Date>
}

interface Asked {
  agentId: string
  spoolId: string
  samples: readonly Sample[]
}

/** Locks the cursor first: of two requests with the same batch the second sees what the first has stored. */
export async function readContext(
  tx: TransactionSql,
  { agentId, spoolId, samples }: Asked,
): Promise<Context> {
  const probes = [...new Set(samples.map(({ probe }) => probe))]
  const [cursors, agents, instances, runs] = await Promise.all([
    tx<{ last_sequence: number }[]>`
      insert into pem.agent_cursor as c (agent_id, spool_id, last_sequence) values (${agentId}, ${spoolId}, 0)
      on conflict (agent_id, spool_id) do update set updated_at = now()
      returning last_sequence`,
    tx<{ host_id: number }[]>`select host_id from pem.agent where id = ${agentId}`,
    tx<
      { id: number }[]
    >`select id from pem.instance where agent_id = ${agentId} and removed_at is null`,
    tx<{ probe: string; target: number; last_ok_at: Date }[]>`
      select probe, coalesce(instance_id, host_id) as target, last_ok_at
        from pemdata.probe_run
       where probe = any (${probes}) and last_ok_at is not null
         and (instance_id in (select id from pem.instance where agent_id = ${agentId})
              or host_id = (select host_id from pem.agent where id = ${agentId}))`,
  ])
  const [cursor, agent] = [cursors[0], agents[0]]
  if (cursor === undefined || agent === undefined) throw new Error(`there is no agent ${agentId}`)
  return {
    lastSequence: cursor.last_sequence,
    hostId: agent.host_id,
    instanceIds: new Set(instances.map(({ id }) => id)),
    newestAt: new Map(runs.map((run) => [`${run.probe}\0${run.target}`, run.last_ok_at])),
  }
}

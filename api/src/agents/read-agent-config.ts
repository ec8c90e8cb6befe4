import type { z } from '@hono/zod-openapi'
import {
  readAgentInstances,
  readAgentWork,
  type AgentInstance,
  type Sealer,
  type Sql,
} from '../../repository/index.ts'
import { instanceContext } from '../instance-secrets.ts'
import type { agentConfigSchema } from './wire.ts'

type AgentConfig = z.input<typeof agentConfigSchema>

/** All that the agent needs to watch its instances, passwords among it: it goes over mutual TLS to this agent alone. */
export async function readAgentConfig(
  { sql, sealer }: { sql: Sql; sealer: Sealer },
  agent: { id: string; hostId: number },
): Promise<AgentConfig> {
  // The version is read first: a change in between makes it look old, and the agent asks again.
  const [work] = await readAgentWork({ sql }, [agent.id])
  const instances = await readAgentInstances({ sql }, agent.id)
  return {
    agentId: agent.id,
    hostId: agent.hostId,
    version: work?.configVersion ?? '',
    instances: instances.map((instance) => openInstance(sealer, instance)),
  }
}

function openInstance(sealer: Sealer, instance: AgentInstance): AgentConfig['instances'][number] {
  const { id, name, address, port, database, user, sslmode } = instance
  const open = (sealed: Buffer | null, role: 'monitor' | 'actor') =>
    sealed && sealer.unseal(sealed, instanceContext(instance, role))
  const password = open(instance.passwordSealed, 'monitor')
  const actor = instance.actorUser
  return {
    id,
    name,
    connection: { address, port, database, user, password, sslmode },
    actor:
      actor === null
        ? null
        : { user: actor, password: open(instance.actorPasswordSealed, 'actor') },
  }
}

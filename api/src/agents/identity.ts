import type { TLSSocket } from 'node:tls'
import type { HttpBindings } from '@hono/node-server'
import { createMiddleware } from 'hono/factory'
import { readAgentByCertificate, type Sql } from '../../repository/index.ts'
import { ProblemError } from '../problem-error.ts'
import { agentIdIn } from './issue-agent-certificate.ts'

/** The agent a request comes from: read from its certificate, never from what it says. */
export interface AgentIdentity {
  id: string
  hostId: number
  serial: string
}

export interface AgentEnv {
  Bindings: HttpBindings
  Variables: { agent: AgentIdentity }
}

const open = new Set(['POST /agent/v1/enrol'])

/** Refuses every request without a good certificate but the one that asks for the first. */
export function knownAgentsOnly({ sql }: { sql: Sql }) {
  return createMiddleware<AgentEnv>(async (c, next) => {
    if (!open.has(`${c.req.method} ${c.req.path}`)) {
      const claimed = readCertificate(c.env.incoming.socket as TLSSocket) // the listener speaks TLS only
      const agent = claimed && (await readAgentByCertificate({ sql }, claimed))
      if (!agent) throw notKnown()
      c.set('agent', { ...agent, serial: claimed.serial })
    }
    await next()
  })
}

/** What the certificate says, if our authority signed it for a client and it has not run out. */
function readCertificate(socket: TLSSocket): { serial: string; agentId: string } | undefined {
  if (!socket.authorized) return undefined
  const { serialNumber, subjectaltname } = socket.getPeerCertificate()
  const agentId = agentIdIn(subjectaltname)
  return agentId && serialNumber ? { serial: serialNumber, agentId } : undefined
}

function notKnown(): ProblemError {
  return new ProblemError({
    status: 401,
    detail:
      'No certificate of an enrolled agent came with the request; enrol with: npx trunkline agent enrol',
  })
}

import { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { HttpBindings } from '@hono/node-server'
import { createMiddleware } from 'hono/factory'
import { readAgentByCertificate, type Sql } from '../../repository/index.ts'
import { ProblemError } from '../problem-error.ts'
import type { Authority } from './ca.ts'
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

const enrolling = 'POST /agent/v1/enrol'
const renewing = 'POST /agent/v1/renew'

/**
 * Refuses every request without a good certificate but the one that asks for the first. One that ran out while the agent
 * or the api was away gets the next one, and nothing else.
 */
export function knownAgentsOnly({ sql, authority }: { sql: Sql; authority: Authority }) {
  return createMiddleware<AgentEnv>(async (c, next) => {
    const route = `${c.req.method} ${c.req.path}`
    if (route !== enrolling) {
      const socket = c.env.incoming.socket as TLSSocket // the listener speaks TLS only
      const claimed = readCertificate(socket, { authority, isToBeRenewed: route === renewing })
      const agent = claimed && (await readAgentByCertificate({ sql }, claimed))
      if (!agent) throw notKnown()
      c.set('agent', { ...agent, serial: claimed.serial })
    }
    await next()
  })
}

/** What the certificate says, if our authority signed it for a client. */
function readCertificate(
  socket: TLSSocket,
  { authority, isToBeRenewed }: { authority: Authority; isToBeRenewed: boolean },
) {
  if (!socket.authorized && !(isToBeRenewed && hasOnlyRunOut(socket, authority))) return undefined
  const { serialNumber, subjectaltname } = socket.getPeerCertificate()
  const agentId = agentIdIn(subjectaltname)
  return agentId && serialNumber ? { serial: serialNumber, agentId, isToBeRenewed } : undefined
}

/** TLS tells one fault of several, so the signature is looked at again. */
function hasOnlyRunOut(socket: TLSSocket, { certificate }: Authority): boolean {
  if (String(socket.authorizationError) !== 'CERT_HAS_EXPIRED') return false
  const [peer, ca] = [socket.getPeerX509Certificate(), new X509Certificate(certificate)]
  return peer !== undefined && peer.checkIssued(ca) && peer.verify(ca.publicKey)
}

function notKnown(): ProblemError {
  return new ProblemError({
    status: 401,
    detail:
      'No certificate of an enrolled agent came with the request; enrol with: npx trunkline agent enrol',
  })
}

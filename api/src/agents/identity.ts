import type { HttpBindings } from '@hono/node-server'

/** The agent a request comes from: read from its certificate, never from what it says. */
export interface AgentIdentity {
  id: string
  hostId: number
  serial: string
}

export interface AgentEnv {
  Bindings: HttpBindings
  Variables: { agent: AgentIdentity; requestId: string }
}

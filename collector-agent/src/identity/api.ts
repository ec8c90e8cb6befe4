import { createAgentClient, type AgentClient } from '@trunkline/api/agent-client'
import type { Identity } from './home.ts'

/** The api, as whom this agent is at the moment: a renewed certificate replaces the client. */
export interface Api extends Disposable {
  readonly client: AgentClient
  use(identity: Identity): void
}

export function createApi(identity: Identity): Api {
  let client = connect(identity)
  return {
    get client() {
      return client
    },
    use(renewed) {
      const before = client
      client = connect(renewed)
      // What is being asked over it ends by its own deadline.
      setTimeout(() => before.close(), 60_000).unref()
    },
    [Symbol.dispose]: () => client.close(),
  }
}

function connect({ server, ca, certificate, key }: Identity): AgentClient {
  return createAgentClient({ url: server, ca, cert: certificate, key, deadlineMs: 35_000 })
}

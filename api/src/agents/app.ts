import { OpenAPIHono } from '@hono/zod-openapi'
import type { AgentEnv } from './identity.ts'
import { actionRoutes } from './routes/actions.ts'
import { certificateRoutes } from './routes/certificates.ts'
import { sampleRoutes } from './routes/samples.ts'
import { workRoutes } from './routes/work.ts'

/** What agents talk to, on its own listener with mutual TLS. */
export function createAgentApp() {
  return new OpenAPIHono<AgentEnv>()
    .route('/agent/v1', certificateRoutes())
    .route('/agent/v1', workRoutes())
    .route('/agent/v1', sampleRoutes())
    .route('/agent/v1', actionRoutes())
}

/** The contract with the agents: `hc<AgentApp>` has every path, body and answer. */
export type AgentApp = ReturnType<typeof createAgentApp>

import { measureRequests } from '../metrics.ts'
import { createErrorHandler, respondNotFound } from '../problems.ts'
import { refuseUntilPrepared } from '../readiness.ts'
import { knownAgentsOnly } from './identity.ts'
import { limitRate } from './limit-rate.ts'
import type { AgentNeeds } from './needs.ts'
import { actionRoutes } from './routes/actions.ts'
import { certificateRoutes } from './routes/certificates.ts'
import { sampleRoutes } from './routes/samples.ts'
import { workRoutes } from './routes/work.ts'
import { newAgentRoutes } from './routing.ts'
import { unzipBody } from './unzip-body.ts'

/** What agents talk to, on its own listener with mutual TLS. */
export function createAgentApp(needs: AgentNeeds) {
  const app = newAgentRoutes()
  app.onError(createErrorHandler(needs.log))
  app.notFound(respondNotFound)
  app.use(measureRequests(needs.metrics, 'agents'))
  app.use(
    refuseUntilPrepared(needs.readiness),
    knownAgentsOnly(needs),
    limitRate(needs.now),
    unzipBody,
  )
  return app
    .route('/agent/v1', certificateRoutes(needs))
    .route('/agent/v1', workRoutes(needs))
    .route('/agent/v1', sampleRoutes(needs))
    .route('/agent/v1', actionRoutes(needs))
}

/** The contract with the agents: `hc<AgentApp>` has every path, body and answer. */
export type AgentApp = ReturnType<typeof createAgentApp>

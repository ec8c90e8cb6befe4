import { OpenAPIHono } from '@hono/zod-openapi'
import type { AppEnv } from './access.ts'
import { actionsRoutes } from './routes/actions.ts'
import { agentsRoutes } from './routes/agents.ts'
import { alertsRoutes } from './routes/alerts.ts'
import { auditRoutes } from './routes/audit.ts'
import { instancesRoutes } from './routes/instances.ts'
import { notificationsRoutes } from './routes/notifications.ts'
import { overviewRoutes } from './routes/overview.ts'
import { probesRoutes } from './routes/probes.ts'
import { rulesRoutes } from './routes/rules.ts'
import { runbooksRoutes } from './routes/runbooks.ts'
import { sessionRoutes } from './routes/session.ts'
import { usersRoutes } from './routes/users.ts'

export function createApp() {
  return new OpenAPIHono<AppEnv>()
    .route('/api/v1', sessionRoutes())
    .route('/api/v1', usersRoutes())
    .route('/api/v1', overviewRoutes())
    .route('/api/v1', instancesRoutes())
    .route('/api/v1', agentsRoutes())
    .route('/api/v1', probesRoutes())
    .route('/api/v1', rulesRoutes())
    .route('/api/v1', alertsRoutes())
    .route('/api/v1', notificationsRoutes())
    .route('/api/v1', runbooksRoutes())
    .route('/api/v1', actionsRoutes())
    .route('/api/v1', auditRoutes())
}

/** The contract with the dashboard and the command line: `hc<App>` has every path, body and answer. */
export type App = ReturnType<typeof createApp>

import type { Handler } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { AppEnv } from './access.ts'
import { readCredential } from './auth/credentials.ts'
import { sameSiteOnly } from './auth/same-site.ts'
import { boundedBody } from './bounded-body.ts'
import { describeApi } from './describe-api.ts'
import { measureRequests, type Metrics } from './metrics.ts'
import type { Needs } from './needs.ts'
import { ProblemError } from './problem-error.ts'
import { createErrorHandler, respondNotFound } from './problems.ts'
import { refuseUntilPrepared, type Readiness } from './readiness.ts'
import { actionsRoutes } from './routes/actions.ts'
import { agentsRoutes } from './routes/agents.ts'
import { alertsRoutes } from './routes/alerts.ts'
import { auditRoutes } from './routes/audit.ts'
import { eventsRoutes } from './routes/events.ts'
import { instancesRoutes } from './routes/instances.ts'
import { notificationsRoutes } from './routes/notifications.ts'
import { overviewRoutes } from './routes/overview.ts'
import { probesRoutes } from './routes/probes.ts'
import { prometheusRoutes } from './routes/prometheus.ts'
import { rulesRoutes } from './routes/rules.ts'
import { runbooksRoutes } from './routes/runbooks.ts'
import { sessionRoutes } from './routes/session.ts'
import { usersRoutes } from './routes/users.ts'
import { newRoutes } from './routing.ts'
import { securityHeaders } from './security-headers.ts'

export interface AppOptions {
  needs: Needs
  metrics: Metrics
  readiness: Readiness
  pages: Handler<AppEnv> | null
}

/** The users' API, and the pages around it. */
export function createApp({ needs, metrics, readiness, pages }: AppOptions) {
  const app = newRoutes()
  app.onError(createErrorHandler(needs.log))
  app.notFound(respondNotFound)
  app.use(measureRequests(metrics, 'users'), securityHeaders(needs.publicUrl))
  app.get('/livez', (c) => c.text('ok\n'))
  app.get('/readyz', async (c) => {
    await readiness.check()
    return c.text('ok\n')
  })
  app.get('/metrics', async (c) =>
    c.body(await metrics.registry.metrics(), 200, { 'Content-Type': metrics.registry.contentType }),
  )
  app.get('/openapi.json', (c) => c.json(describeApi(app, needs.publicUrl)))
  for (const path of ['/api/*', '/prometheus/*']) {
    app.use(path, boundedBody(256 * 1_024), refuseUntilPrepared(readiness))
    app.use(path, sameSiteOnly(needs.publicUrl), knownAccountsOnly(needs))
  }
  const routes = app
    .route('/api/v1', sessionRoutes(needs))
    .route('/api/v1', usersRoutes(needs))
    .route('/api/v1', overviewRoutes(needs))
    .route('/api/v1', instancesRoutes(needs))
    .route('/api/v1', agentsRoutes(needs))
    .route('/api/v1', probesRoutes(needs))
    .route('/api/v1', rulesRoutes(needs))
    .route('/api/v1', alertsRoutes(needs))
    .route('/api/v1', notificationsRoutes(needs))
    .route('/api/v1', runbooksRoutes(needs))
    .route('/api/v1', actionsRoutes(needs))
    .route('/api/v1', auditRoutes(needs))
    .route('/api/v1', eventsRoutes(needs))
    .route('/prometheus', prometheusRoutes(needs))
  for (const first of notPages) app.all(`/${first}/*`, respondNotFound)
  if (pages) app.get('*', pages)
  return routes
}

/** The contract with the dashboard and the command line: `hc<App>` has every path, body and answer. */
export type App = ReturnType<typeof createApp>

/** First parts of paths that programs ask for, now or later: they must never get a page that says 200. */
const notPages = [
  'agent',
  'alertmanager',
  'api',
  'livez',
  'metrics',
  'openapi.json',
  'prometheus',
  'readyz',
]

const openToAll = new Set([
  'GET /api/v1/session',
  'POST /api/v1/session',
  'DELETE /api/v1/session',
  'POST /api/v1/session/link',
])

/** Everything behind it is refused to strangers but what lets them in; a route that forgot to say so is too. */
function knownAccountsOnly(needs: Needs) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const account = await readCredential(needs, c)
    if (!account && !openToAll.has(`${c.req.method} ${c.req.path}`)) {
      throw new ProblemError({ status: 401, detail: 'Sign in, or send a bearer token.' })
    }
    c.set('account', account)
    c.header('Cache-Control', 'no-store')
    await next()
  })
}

import { createRoute } from '@hono/zod-openapi'
import { rules, type Rule } from '@trunkline/rules'
import { listAlerts, listInstances, readRuleRuntimes } from '../../repository/index.ts'
import { access } from '../access.ts'
import type { Needs } from '../needs.ts'
import { prometheusAlert, prometheusRule, scrapeTarget } from '../prometheus-view.ts'
import { newRoutes } from '../routing.ts'
import { answers } from '../schemas/problem.ts'
import {
  prometheusAlertsSchema,
  prometheusRulesSchema,
  targetsSchema,
} from '../schemas/prometheus.ts'

/** More open alerts than this are not read by a person or by what asks here. */
const mostAlerts = 5_000
/** The engine's full pass. */
const intervalSeconds = 10

/** What speaks Prometheus reads our alerts and rules as it reads Prometheus' own, and finds the servers to scrape. */
export function prometheusRoutes({ sql }: Needs) {
  const readAlerts = async () => {
    const filter = {
      state: 'open',
      level: null,
      instanceId: null,
      limit: mostAlerts,
      after: null,
    } as const
    return (await listAlerts({ sql }, filter)).map((row) => prometheusAlert(row, ruleOf(row.rule)))
  }
  return newRoutes()
    .openapi(alertsRoute, async (c) =>
      c.json({ status: 'success' as const, data: { alerts: await readAlerts() } }, 200),
    )
    .openapi(rulesRoute, async (c) => {
      const [alerts, runtimes] = await Promise.all([readAlerts(), readRuleRuntimes({ sql })])
      const described = Object.entries(rules).map(([name, rule]) =>
        prometheusRule({
          name,
          rule,
          runtime: runtimes.find((one) => one.rule === name),
          alerts: alerts.filter(({ labels }) => labels['alertname'] === name),
        }),
      )
      const groups = [...Map.groupBy(described, ({ labels }) => labels['area'] ?? '')].map(
        ([name, grouped]) => ({
          name,
          file: 'trunkline',
          interval: intervalSeconds,
          rules: grouped,
        }),
      )
      return c.json({ status: 'success' as const, data: { groups } }, 200)
    })
    .openapi(targetsRoute, async (c) =>
      c.json((await listInstances({ sql })).map(scrapeTarget), 200),
    )
}

function ruleOf(name: string): Rule | undefined {
  const known: Record<string, Rule> = rules
  return Object.hasOwn(known, name) ? known[name] : undefined
}

const alertsRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/api/v1/alerts',
  summary: 'Open alerts as Prometheus shows them',
  responses: answers('The open alerts.', prometheusAlertsSchema),
})

const rulesRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/api/v1/rules',
  summary: 'Rules and their alerts as Prometheus shows them',
  responses: answers('The rules, grouped by area.', prometheusRulesSchema),
})

const targetsRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/sd',
  summary: 'The watched servers for http_sd_configs of Prometheus',
  responses: answers('One entry an instance.', targetsSchema),
})

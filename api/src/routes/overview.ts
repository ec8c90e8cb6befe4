import { createRoute } from '@hono/zod-openapi'
import { access } from '../access.ts'
import { overviewSchema } from '../schemas/agent.ts'
import { answers } from '../schemas/problem.ts'
import { listAgents, readEngineState } from '../../repository/index.ts'
import { agentView } from '../health.ts'
import type { Needs } from '../needs.ts'
import { readFleet } from '../read-fleet.ts'
import { newRoutes } from '../routing.ts'
import { listAlertCounts } from '../alert-counts.ts'

/** All that the first page shows, in one answer, so that its parts are of one moment. */
export function overviewRoutes({ sql, now }: Needs) {
  return newRoutes().openapi(showOverviewRoute, async (c) => {
    const [instances, agents, counts, engine] = await Promise.all([
      readFleet({ sql }),
      listAgents({ sql }),
      listAlertCounts({ sql }),
      readEngineState({ sql }),
    ])
    return c.json({ now: now(), instances, agents: agents.map(agentView), counts, engine }, 200)
  })
}

const showOverviewRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/overview',
  summary: 'Everything the first page shows',
  responses: answers('The state of the fleet and of the monitor itself.', overviewSchema),
})

import { createRoute } from '@hono/zod-openapi'
import { access } from '../access.ts'
import { runbookParams, runbookSchema } from '../schemas/action.ts'
import { pageOf } from '../schemas/paging.ts'
import { answers } from '../schemas/problem.ts'
import { runbooks } from '@trunkline/rules'
import { listSignedRunbooks } from '../../repository/index.ts'
import type { Needs } from '../needs.ts'
import { notFound } from '../problem-error.ts'
import { newRoutes } from '../routing.ts'
import { runbookNames, runbookVersion } from '../runbook-signing.ts'
import type { RunbookDescription } from '../schemas/action.ts'

/** What may be run. */
export function runbooksRoutes({ sql }: Needs) {
  const describeAll = async (): Promise<RunbookDescription[]> => {
    const signed = await listSignedRunbooks({ sql })
    return runbookNames().map((name) => {
      const { summary, risk, deadline, parameters, steps, verify } = runbooks[name]
      const version = runbookVersion(name)
      const stored = signed.find((one) => one.name === name && one.version === version)
      return {
        name,
        version: stored?.version ?? null,
        summary,
        risk,
        deadline,
        parameters: { ...parameters },
        steps: [...steps],
        verify,
        keyId: stored?.keyId ?? null,
        signedAt: stored?.signedAt.toISOString() ?? null,
      }
    })
  }
  return newRoutes()
    .openapi(listRunbooksRoute, async (c) =>
      c.json({ items: await describeAll(), next: null }, 200),
    )
    .openapi(showRunbookRoute, async (c) => {
      const { name } = c.req.valid('param')
      const found = (await describeAll()).find((one) => one.name === name)
      if (!found) throw notFound(`runbook ${name}`)
      return c.json(found, 200)
    })
}

const listRunbooksRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/runbooks',
  summary: 'List the runbooks',
  responses: answers('The catalogue.', pageOf(runbookSchema)),
})

const showRunbookRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/runbooks/{name}',
  summary: 'Show a runbook',
  request: { params: runbookParams },
  responses: answers('The runbook.', runbookSchema),
})

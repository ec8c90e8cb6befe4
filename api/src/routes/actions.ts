import { createRoute } from '@hono/zod-openapi'
import { access } from '../access.ts'
import {
  actionSchema,
  actionsQuery,
  idempotencyHeader,
  newActionSchema,
} from '../schemas/action.ts'
import { pageOf, uuidParams } from '../schemas/paging.ts'
import { acceptAnswers, answers, changeAnswers, jsonBody } from '../schemas/problem.ts'
import type { Context } from 'hono'
import { cancelAction, listActions, readAction } from '../../repository/index.ts'
import type { AppEnv, SignedIn } from '../access.ts'
import { actionView } from '../action-view.ts'
import { actorOf } from '../client-address.ts'
import type { Needs } from '../needs.ts'
import { pageSize, takePage, uuidCursor } from '../pages-of-lists.ts'
import { notFound, ProblemError } from '../problem-error.ts'
import { newRoutes } from '../routing.ts'
import { runProposedAction, startAction } from '../start-action.ts'

/** Runbooks being run. */
export function actionsRoutes({ sql }: Needs) {
  return newRoutes()
    .openapi(listActionsRoute, async (c) => {
      const { state = null, instance, limit, cursor } = c.req.valid('query')
      const rows = await listActions(
        { sql },
        {
          state,
          instanceId: instance ?? null,
          alertId: null,
          limit: pageSize(limit) + 1,
          afterId: cursor === undefined ? null : uuidCursor(cursor),
        },
      )
      const { items, next } = takePage(rows, limit)
      return c.json({ items: items.map(actionView), next }, 200)
    })
    .openapi(showActionRoute, async (c) => {
      const { id } = c.req.valid('param')
      const action = await readAction({ sql }, id)
      if (!action) throw notFound(`action ${id}`)
      return c.json(actionView(action), 200)
    })
    .openapi(startActionRoute, async (c) => {
      const key = c.req.valid('header')['idempotency-key']
      const action = await startAction({ sql, account: accountOf(c) }, c.req.valid('json'), key)
      return c.json(actionView(action), 202)
    })
    .openapi(runProposedRoute, async (c) => {
      const { id } = c.req.valid('param')
      return c.json(actionView(await runProposedAction({ sql, account: accountOf(c) }, id)), 202)
    })
    .openapi(cancelActionRoute, async (c) => {
      const { id } = c.req.valid('param')
      const isCancelled = await cancelAction({ sql }, { id, actor: actorOf(c) })
      const action = await readAction({ sql }, id)
      if (!action) throw notFound(`action ${id}`)
      if (isCancelled) return c.json(actionView(action), 200)
      throw new ProblemError({
        status: 409,
        detail: `Only an action that has not started can be cancelled; this one is ${action.state}.`,
      })
    })
}

function accountOf(c: Context<AppEnv>): SignedIn {
  const account = c.get('account')
  if (!account) throw new Error(`${c.req.path} is called by nobody`)
  return account
}

const listActionsRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/actions',
  summary: 'List actions',
  request: { query: actionsQuery },
  responses: answers('The newest first.', pageOf(actionSchema)),
})

const showActionRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/actions/{id}',
  summary: 'Show an action',
  request: { params: uuidParams },
  responses: answers('The action.', actionSchema),
})

const startActionRoute = createRoute({
  ...access('responder'),
  method: 'post',
  path: '/actions',
  summary: 'Run a runbook, or only try it',
  request: { headers: idempotencyHeader, body: jsonBody(newActionSchema) },
  responses: acceptAnswers('Queued for the agent.', actionSchema),
})

const runProposedRoute = createRoute({
  ...access('responder'),
  method: 'post',
  path: '/actions/{id}/run',
  summary: 'Run a proposed action',
  request: { params: uuidParams },
  responses: acceptAnswers('Queued for the agent.', actionSchema),
})

const cancelActionRoute = createRoute({
  ...access('responder'),
  method: 'post',
  path: '/actions/{id}/cancel',
  summary: 'Cancel an action that has not started',
  request: { params: uuidParams },
  responses: changeAnswers('Cancelled.', actionSchema),
})

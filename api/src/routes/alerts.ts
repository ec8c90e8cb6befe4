import { createRoute } from '@hono/zod-openapi'
import { access } from '../access.ts'
import { acknowledgeSchema, alertDetailSchema, alertSchema, alertsQuery } from '../schemas/alert.ts'
import { pageOf, uuidParams } from '../schemas/paging.ts'
import { answers, changeAnswers, jsonBody } from '../schemas/problem.ts'
import {
  acknowledgeAlert,
  listActions,
  listAlerts,
  listNotifications,
  placeOfAlert,
  readAlert,
  readEvidence,
  readTransitions,
  unacknowledgeAlert,
  type AlertView,
} from '../../repository/index.ts'
import { actionView } from '../action-view.ts'
import { adviceOf, alertView } from '../alert-view.ts'
import { actorOf } from '../client-address.ts'
import type { Needs } from '../needs.ts'
import { notFound, ProblemError } from '../problem-error.ts'
import { newRoutes } from '../routing.ts'
import type { Alert } from '../schemas/alert.ts'
import { pageSize, takePage, uuidCursor } from '../pages-of-lists.ts'

const levels = { info: 1, warning: 2, critical: 3 } as const

/** What is wrong, has been, and what was told and done about it. */
export function alertsRoutes({ sql, now }: Needs) {
  return newRoutes()
    .openapi(listAlertsRoute, async (c) => {
      const { state = 'open', level, instance, limit, cursor } = c.req.valid('query')
      const after = cursor === undefined ? null : await placeOfAlert({ sql }, uuidCursor(cursor))
      const rows = await listAlerts(
        { sql },
        {
          state,
          level: level ? levels[level] : null,
          instanceId: instance ?? null,
          limit: pageSize(limit) + 1,
          after: after ?? null,
        },
      )
      const { items, next } = takePage(rows, limit)
      return c.json({ items: items.map(alertView), next }, 200)
    })
    .openapi(showAlertRoute, async (c) => {
      const { id } = c.req.valid('param')
      return c.json(await readDetail({ sql }, await read({ sql }, id)), 200)
    })
    .openapi(acknowledgeRoute, async (c) => {
      const { id } = c.req.valid('param')
      const { note, until } = c.req.valid('json')
      if (until !== undefined && new Date(until) <= now()) {
        throw new ProblemError({ status: 400, detail: '`until` must be in the future.' })
      }
      const acknowledgement = {
        alertId: id,
        actor: actorOf(c),
        note: note ?? null,
        until: until ?? null,
      }
      const isDone = await acknowledgeAlert({ sql }, acknowledgement)
      const alert: Alert = alertView(await read({ sql }, id))
      if (!isDone) throw new ProblemError({ status: 409, detail: 'The alert is resolved already.' })
      return c.json(alert, 200)
    })
    .openapi(unacknowledgeRoute, async (c) => {
      const { id } = c.req.valid('param')
      const isDone = await unacknowledgeAlert({ sql }, { alertId: id, actor: actorOf(c) })
      const alert: Alert = alertView(await read({ sql }, id))
      if (!isDone) throw new ProblemError({ status: 409, detail: 'The alert is not acknowledged.' })
      return c.json(alert, 200)
    })
}

async function read({ sql }: Pick<Needs, 'sql'>, id: string): Promise<AlertView> {
  const row = await readAlert({ sql }, id)
  if (!row) throw notFound(`alert ${id}`)
  return row
}

async function readDetail({ sql }: Pick<Needs, 'sql'>, row: AlertView) {
  const { id: alertId } = row
  const [transitions, evidence, notifications, actions] = await Promise.all([
    readTransitions({ sql }, alertId),
    readEvidence({ sql }, alertId),
    listNotifications({ sql }, { alertId, limit: 100 }),
    listActions({ sql }, { alertId, state: null, instanceId: null, limit: 100, afterId: null }),
  ])
  const lists = { transitions, evidence, notifications, actions: actions.map(actionView) }
  return { ...alertView(row), ...adviceOf(row), ...lists }
}

const listAlertsRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/alerts',
  summary: 'List alerts',
  request: { query: alertsQuery },
  responses: answers('The most severe first.', pageOf(alertSchema)),
})

const showAlertRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/alerts/{id}',
  summary: 'Show an alert with all that belongs to it',
  request: { params: uuidParams },
  responses: answers('The alert.', alertDetailSchema),
})

const acknowledgeRoute = createRoute({
  ...access('responder'),
  method: 'post',
  path: '/alerts/{id}/acknowledge',
  summary: 'Acknowledge an alert',
  request: { params: uuidParams, body: jsonBody(acknowledgeSchema) },
  responses: changeAnswers('Acknowledged.', alertSchema),
})

const unacknowledgeRoute = createRoute({
  ...access('responder'),
  method: 'delete',
  path: '/alerts/{id}/acknowledge',
  summary: 'Take an acknowledgement back',
  request: { params: uuidParams },
  responses: changeAnswers('No longer acknowledged.', alertSchema),
})

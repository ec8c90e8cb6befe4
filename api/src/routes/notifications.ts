import { createRoute } from '@hono/zod-openapi'
import { access } from '../access.ts'
import {
  channelSchema,
  channelTestSchema,
  notificationSchema,
  notificationsQuery,
} from '../schemas/notification.ts'
import { numberedParams, pageOf, uuidParams } from '../schemas/paging.ts'
import { answers, changeAnswers } from '../schemas/problem.ts'
import { setTimeout } from 'node:timers/promises'
import {
  listChannels,
  listNotifications,
  readNotificationOutcomes,
  retryNotification,
  writeTestNotifications,
} from '../../repository/index.ts'
import { actorOf } from '../client-address.ts'
import type { Needs } from '../needs.ts'
import { pageSize, takePage, uuidCursor } from '../pages-of-lists.ts'
import { notFound, ProblemError } from '../problem-error.ts'
import { newRoutes } from '../routing.ts'

const testWaitMs = 15_000

/** What was told to whom, and the ways of telling. */
export function notificationsRoutes({ sql, publicUrl }: Needs) {
  return newRoutes()
    .openapi(listNotificationsRoute, async (c) => {
      const { state, limit, cursor } = c.req.valid('query')
      const afterId = cursor === undefined ? undefined : uuidCursor(cursor)
      const rows = await listNotifications({ sql }, { state, limit: pageSize(limit) + 1, afterId })
      return c.json(takePage(rows, limit), 200)
    })
    .openapi(retryNotificationRoute, async (c) => {
      const { id } = c.req.valid('param')
      const isQueued = await retryNotification({ sql }, id)
      const [notification] = await listNotifications({ sql }, { id, limit: 1 })
      if (!notification) throw notFound(`notification ${id}`)
      if (!isQueued) {
        const detail = `Only a dead letter is sent again; this one is ${notification.state}.`
        throw new ProblemError({ status: 409, detail })
      }
      return c.json(notification, 200)
    })
    .openapi(listChannelsRoute, async (c) =>
      c.json({ items: await listChannels({ sql }), next: null }, 200),
    )
    .openapi(testChannelRoute, async (c) => {
      const { id } = c.req.valid('param')
      const mailDomain = publicUrl.hostname
      const test = { channelId: id, actor: actorOf(c), mailDomain }
      const ids = await writeTestNotifications({ sql }, test)
      if (ids.length === 0) throw notFound(`channel ${id} that is enabled`)
      return c.json({ results: await waitForOutcomes({ sql }, ids) }, 200)
    })
}

async function waitForOutcomes({ sql }: Pick<Needs, 'sql'>, ids: readonly string[]) {
  const deadline = performance.now() + testWaitMs
  for (;;) {
    const outcomes = await readNotificationOutcomes({ sql }, ids)
    const isOver = outcomes.every(({ ok }) => ok !== null) || performance.now() > deadline
    if (isOver) {
      return outcomes.map(({ receiver, ok, reply }) => ({
        receiver,
        ok: ok ?? false,
        reply: ok === null ? 'Not sent yet: is the engine running?' : reply,
      }))
    }
    await setTimeout(200)
  }
}

const listNotificationsRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/notifications',
  summary: 'List notifications',
  request: { query: notificationsQuery },
  responses: answers('The newest first.', pageOf(notificationSchema)),
})

const retryNotificationRoute = createRoute({
  ...access('responder'),
  method: 'post',
  path: '/notifications/{id}/retry',
  summary: 'Send a dead letter again',
  request: { params: uuidParams },
  responses: changeAnswers('Queued again, under the same Message-ID.', notificationSchema),
})

const listChannelsRoute = createRoute({
  ...access('viewer'),
  method: 'get',
  path: '/channels',
  summary: 'List the channels',
  responses: answers('Without their secrets.', pageOf(channelSchema)),
})

const testChannelRoute = createRoute({
  ...access('operator'),
  method: 'post',
  path: '/channels/{id}/test',
  summary: 'Send a test message through a channel',
  request: { params: numberedParams },
  responses: changeAnswers('What each receiver said.', channelTestSchema),
})

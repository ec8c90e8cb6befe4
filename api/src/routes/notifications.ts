import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { access, type AppEnv } from '../access.ts'
import { pending } from '../pending.ts'
import {
  channelSchema,
  channelTestSchema,
  notificationSchema,
  notificationsQuery,
} from '../schemas/notification.ts'
import { numberedParams, pageOf, uuidParams } from '../schemas/paging.ts'
import { answers, changeAnswers } from '../schemas/problem.ts'

export function notificationsRoutes() {
  return new OpenAPIHono<AppEnv>()
    .openapi(listNotificationsRoute, pending)
    .openapi(retryNotificationRoute, pending)
    .openapi(listChannelsRoute, pending)
    .openapi(testChannelRoute, pending)
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

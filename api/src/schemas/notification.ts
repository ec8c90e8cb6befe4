import { z } from '@hono/zod-openapi'
import { notificationStates } from '../../repository/index.ts'
import { cursor, limit, time } from './paging.ts'

const notificationStateSchema = z.enum(notificationStates)

export const notificationSchema = z
  .object({
    id: z.uuid(),
    alertId: z.uuid(),
    sequence: z.int(),
    kind: z.enum(['raised', 'level_up', 'level_down', 'resolved']),
    channel: z.string(),
    receiver: z.string(),
    state: notificationStateSchema,
    subject: z.string(),
    attempts: z.int(),
    createdAt: time,
    nextTryAt: time.nullable(),
    sentAt: time.nullable(),
    lastError: z.string().nullable(),
    reply: z.string().nullable(),
  })
  .openapi('Notification')

export const notificationsQuery = z.object({
  /** `dead`, `sent`, …, or `open` for all that are still to be sent. */
  state: z.union([notificationStateSchema, z.literal('open')]).optional(),
  limit,
  cursor,
})

export const channelSchema = z
  .object({
    id: z.int(),
    name: z.string(),
    kind: z.enum(['smtp']),
    receivers: z.array(z.string()),
    enabled: z.boolean(),
  })
  .openapi('Channel')

export const channelTestSchema = z.object({
  results: z.array(
    z.object({ receiver: z.string(), ok: z.boolean(), reply: z.string().nullable() }),
  ),
})

export type Notification = z.infer<typeof notificationSchema>
export type Channel = z.infer<typeof channelSchema>

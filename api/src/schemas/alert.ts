import { z } from '@hono/zod-openapi'
import { actionSchema } from './action.ts'
import { areaNames } from './instance-words.ts'
import { notificationSchema } from './notification.ts'
import { agentRef, cursor, instanceRef, limit, time, wholeNumber } from './paging.ts'

const conditionSchema = z.enum(['normal', 'pending', 'firing', 'recovering'])

export const alertSchema = z
  .object({
    id: z.uuid(),
    rule: z.string(),
    code: z.string(),
    area: z.enum(areaNames),
    instance: instanceRef.nullable(),
    agent: agentRef.nullable(),
    condition: conditionSchema,
    level: z.int().min(0).max(3),
    levelName: z.enum(['none', 'info', 'warning', 'critical']),
    health: z.enum(['ok', 'no_data', 'error', 'stale', 'unmonitored']),
    flapping: z.boolean(),
    value: z.number().nullable(),
    threshold: z.number().nullable(),
    unit: z.string(),
    message: z.string(),
    labels: z.record(z.string(), z.unknown()),
    raisedAt: time.nullable(),
    pendingSince: time.nullable(),
    resolvedAt: time.nullable(),
    changedAt: time,
    dataAt: time.nullable(),
    episodeId: z.uuid().nullable(),
    acknowledged: z
      .object({
        by: z.string(),
        at: time,
        until: time.nullable(),
        note: z.string().nullable(),
      })
      .nullable(),
    /** Why nobody is told, while that is so: the rule that mutes this one. */
    muted: z.string().nullable(),
  })
  .openapi('Alert')

const transitionSchema = z
  .object({
    sequence: z.int(),
    at: time,
    kind: z.string(),
    fromCondition: conditionSchema,
    toCondition: conditionSchema,
    fromLevel: z.int(),
    toLevel: z.int(),
    reason: z.string(),
    value: z.number().nullable(),
    threshold: z.number().nullable(),
    message: z.string(),
    told: z.string(),
    actor: z.string().nullable(),
    dataAt: time.nullable(),
  })
  .openapi('Transition')

export const alertDetailSchema = alertSchema
  .extend({
    summary: z.string(),
    whatToDo: z.string(),
    transitions: z.array(transitionSchema),
    evidence: z.array(z.record(z.string(), z.unknown())),
    notifications: z.array(notificationSchema),
    actions: z.array(actionSchema),
    runbooks: z.array(
      z.object({
        runbook: z.string(),
        summary: z.string(),
        risk: z.string(),
        parameters: z.record(z.string(), z.union([z.string(), z.number()])),
      }),
    ),
  })
  .openapi('AlertDetail')

export const alertsQuery = z.object({
  /** `open`: pending, firing or recovering. Default `open`. */
  state: z.enum(['open', 'firing', 'pending', 'resolved', 'all']).optional(),
  level: z.enum(['info', 'warning', 'critical']).optional(),
  instance: wholeNumber.optional(),
  limit,
  cursor,
})

export const acknowledgeSchema = z.object({
  note: z.string().max(2_000).optional(),
  until: z.iso.datetime({ offset: true }).optional(),
})

export type Alert = z.infer<typeof alertSchema>
export type AlertDetail = z.infer<typeof alertDetailSchema>
export type Transition = z.infer<typeof transitionSchema>

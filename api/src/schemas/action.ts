import { z } from '@hono/zod-openapi'
import { actionStates } from '../../repository/index.ts'
import { cursor, instanceRef, limit, time, wholeNumber } from './paging.ts'

export const actionStateSchema = z.enum(actionStates)

const parametersSchema = z.record(z.string().max(63), z.union([z.string(), z.number()]))
const rowsByStep = z.array(z.array(z.record(z.string(), z.unknown())))

export const actionSchema = z
  .object({
    id: z.uuid(),
    runbook: z.string(),
    version: z.string(),
    risk: z.enum(['R0', 'R1', 'R2', 'R3']),
    instance: instanceRef,
    parameters: parametersSchema,
    dryRun: z.boolean(),
    state: actionStateSchema,
    alertId: z.uuid().nullable(),
    requestedBy: z.string(),
    reason: z.string().nullable(),
    createdAt: time,
    dispatchedAt: time.nullable(),
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
    verifiedAt: time.nullable(),
    preview: rowsByStep.nullable(),
    result: rowsByStep.nullable(),
    outputHead: z.string().nullable(),
    outputTail: z.string().nullable(),
    error: z.string().nullable(),
  })
  .openapi('Action')

export const newActionSchema = z.object({
  runbook: z.string().max(63),
  instanceId: z.int(),
  parameters: parametersSchema,
  dryRun: z.boolean().default(false),
  alertId: z.uuid().optional(),
  reason: z.string().max(2_000).optional(),
})

/** The id the action will have: sending a request twice under one key makes one action. */
export const idempotencyHeader = z.object({ 'idempotency-key': z.uuid().optional() })

export const actionsQuery = z.object({
  /** `open`: not finished yet. */
  state: z.union([actionStateSchema, z.literal('open')]).optional(),
  instance: wholeNumber.optional(),
  limit,
  cursor,
})

export const runbookSchema = z
  .object({
    name: z.string(),
    version: z.string().nullable(),
    summary: z.string(),
    risk: z.enum(['R0', 'R1', 'R2', 'R3']),
    deadline: z.string(),
    parameters: z.record(
      z.string(),
      z.object({ type: z.enum(['integer', 'text', 'timestamp']), description: z.string() }),
    ),
    steps: z.array(
      z.discriminatedUnion('kind', [
        z.object({
          kind: z.literal('sql'),
          says: z.string(),
          preview: z.string(),
          sql: z.string(),
        }),
        z.object({ kind: z.literal('start'), says: z.string() }),
      ]),
    ),
    verify: z.object({ probe: z.string(), sql: z.string(), within: z.string() }),
    /** The key that signed it, and when; null until the api has signed the catalogue. */
    keyId: z.string().nullable(),
    signedAt: time.nullable(),
  })
  .openapi('Runbook')

export const runbookParams = z.object({ name: z.string().max(63) })

export type Action = z.infer<typeof actionSchema>
export type ActionState = z.infer<typeof actionStateSchema>
export type RunbookDescription = z.infer<typeof runbookSchema>

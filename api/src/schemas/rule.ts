import { z } from '@hono/zod-openapi'
import { areaNames } from './instance-words.ts'
import { time, wholeNumber } from './paging.ts'

const duration = z.string().regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, 'must be a duration such as 30s')

const levelSchema = z.union([
  z.object({ above: z.number(), clear: z.number(), for: duration }),
  z.object({ below: z.number(), clear: z.number(), for: duration }),
])

export const levelsSchema = z
  .strictObject({
    info: levelSchema.optional(),
    warning: levelSchema.optional(),
    critical: levelSchema.optional(),
  })
  .refine((levels) => Object.keys(levels).length > 0, 'must name at least one level')

export const ruleSchema = z
  .object({
    name: z.string(),
    code: z.string(),
    summary: z.string(),
    area: z.enum(areaNames),
    scope: z.string(),
    unit: z.string(),
    levels: levelsSchema,
    reads: z.array(z.string()),
    runbooks: z.array(z.string()),
    mutedBy: z.array(z.string()),
    onNoData: z.string(),
    whatToDo: z.string(),
    overrides: z.array(
      z.object({
        instanceId: z.int().nullable(),
        levels: levelsSchema,
        changedBy: z.string(),
        changedAt: time,
      }),
    ),
    runtime: z.object({
      evaluatedAt: time.nullable(),
      durationMs: z.number().nullable(),
      error: z.string().nullable(),
    }),
  })
  .openapi('Rule')

export const ruleParams = z.object({ name: z.string().max(63) })
export const overrideSchema = z.object({ instanceId: z.int().optional(), levels: levelsSchema })
export const overrideQuery = z.object({ instance: wholeNumber.optional() })

export type RuleDescription = z.infer<typeof ruleSchema>

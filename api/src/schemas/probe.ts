import { z } from '@hono/zod-openapi'
import { time, wholeNumber } from './paging.ts'

const columnSchema = z.object({
  name: z.string(),
  role: z.enum(['label', 'metric', 'since', 'detail']),
  type: z.enum(['text', 'timestamptz', 'jsonb', 'bool', 'int8', 'float8']),
})

export const probeSchema = z
  .object({
    name: z.string(),
    summary: z.string(),
    scope: z.enum(['instance', 'database', 'host']),
    role: z.enum(['any', 'primary', 'standby']),
    every: z.string(),
    retention: z.string(),
    columns: z.array(columnSchema),
    metrics: z.array(
      z.object({
        name: z.string(),
        unit: z.string(),
        kind: z.enum(['counter', 'gauge']),
        description: z.string(),
      }),
    ),
  })
  .openapi('Probe')

export const probeParams = z.object({ probe: z.string().regex(/^[a-z][a-z0-9_]{0,62}$/) })

/** Exactly one of the two; which, follows from the probe's scope. */
const target = { instance: wholeNumber.optional(), host: wholeNumber.optional() }

export const samplesQuery = z.object(target)
export const historyQuery = z.object({
  ...target,
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  /** Seconds a bucket covers. Default: such that the range has about 300. */
  step: wholeNumber.optional(),
  /** Comma separated; default all metric columns. */
  columns: z.string().max(2_000).optional(),
})

export const samplesSchema = z
  .object({
    probe: z.string(),
    collectedAt: time.nullable(),
    ageSeconds: z.number().nullable(),
    /** The newest run, also when it failed; null before the first. */
    run: z
      .object({
        at: time,
        ok: z.boolean(),
        error: z.string().nullable(),
        sqlstate: z.string().nullable(),
        hint: z.string().nullable(),
        consecutiveFailures: z.int(),
        durationSeconds: z.number(),
        cutRows: z.int(),
      })
      .nullable(),
    columns: z.array(columnSchema),
    rows: z.array(z.record(z.string(), z.unknown())),
  })
  .openapi('Samples')

export const historySchema = z
  .object({
    from: time,
    to: time,
    stepSeconds: z.number(),
    series: z.array(
      z.object({
        labels: z.record(z.string(), z.string()),
        column: z.string(),
        /** Counters come as a rate per second. */
        kind: z.enum(['gauge', 'counter']),
        times: z.array(z.number()),
        values: z.array(z.number().nullable()),
      }),
    ),
  })
  .openapi('History')

export type ProbeDescription = z.infer<typeof probeSchema>
export type Samples = z.infer<typeof samplesSchema>
export type History = z.infer<typeof historySchema>

import { z } from '@hono/zod-openapi'
import { time } from './paging.ts'

const labels = z.record(z.string(), z.string())

const success = <S extends z.ZodType>(data: S) => z.object({ status: z.literal('success'), data })

const prometheusAlertSchema = z
  .object({
    labels,
    annotations: labels,
    state: z.enum(['firing', 'pending']),
    activeAt: time,
    value: z.string(),
  })
  .openapi('PrometheusAlert')

const prometheusRuleSchema = z
  .object({
    name: z.string(),
    query: z.string(),
    /** Seconds; the shortest `for` of its levels. */
    duration: z.number(),
    labels,
    annotations: labels,
    alerts: z.array(prometheusAlertSchema),
    state: z.enum(['firing', 'pending', 'inactive']),
    health: z.enum(['ok', 'err', 'unknown']),
    lastError: z.string().optional(),
    lastEvaluation: time,
    evaluationTime: z.number(),
    type: z.literal('alerting'),
  })
  .openapi('PrometheusRule')

/** As Prometheus answers `GET /api/v1/alerts`. */
export const prometheusAlertsSchema = success(z.object({ alerts: z.array(prometheusAlertSchema) }))

/** As Prometheus answers `GET /api/v1/rules`; a group is an area. */
export const prometheusRulesSchema = success(
  z.object({
    groups: z.array(
      z.object({
        name: z.string(),
        file: z.string(),
        interval: z.number(),
        rules: z.array(prometheusRuleSchema),
      }),
    ),
  }),
)

/** As Prometheus' `http_sd_configs` wants it. */
export const targetsSchema = z.array(z.object({ targets: z.array(z.string()), labels }))

export type PrometheusAlert = z.infer<typeof prometheusAlertSchema>
export type PrometheusRule = z.infer<typeof prometheusRuleSchema>

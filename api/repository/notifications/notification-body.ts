import { z } from 'zod'

const row = z.record(z.string(), z.unknown())

/** What a message says, as it was when its transition happened. Rendered when sent. */
export const notificationBodySchema = z.object({
  kind: z.enum(['raised', 'level_up', 'level_down', 'resolved']),
  rule: z.string(),
  code: z.string(),
  summary: z.string(),
  area: z.string(),
  unit: z.string(),
  whatToDo: z.string(),
  fromLevel: z.int(),
  toLevel: z.int(),
  /** Highest level of the episode. */
  maxLevel: z.int(),
  at: z.iso.datetime(),
  raisedAt: z.iso.datetime().nullable(),
  /** When the sample that caused it was collected. */
  dataAt: z.iso.datetime().nullable(),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  message: z.string(),
  reason: z.string(),
  labels: row,
  evidence: z.array(row).max(20),
  instance: z.object({ id: z.int(), name: z.string() }).nullable(),
  agent: z.object({ id: z.string(), name: z.string() }).nullable(),
  runbooks: z.array(
    z.object({
      runbook: z.string(),
      parameters: z.record(z.string(), z.union([z.string(), z.number()])),
    }),
  ),
})

export type NotificationBody = z.infer<typeof notificationBodySchema>

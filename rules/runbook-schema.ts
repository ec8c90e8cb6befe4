import { z } from 'zod'

const duration = z.string().regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/)
const sqlText = z.string().min(1).max(20_000)

const says = z.string().min(1).max(500)
const stepSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sql'), says, preview: sqlText, sql: sqlText }),
  z.strictObject({ kind: z.literal('start'), says }),
])

/** A runbook as it is stored and sent: the shape of `Runbook`, with its name. */
export const runbookSchema = z.strictObject({
  name: z.string().regex(/^[a-z][A-Za-z0-9]{0,62}$/),
  summary: z.string().min(1).max(500),
  risk: z.enum(['R0', 'R1', 'R2', 'R3']),
  parameters: z.record(
    z.string().regex(/^[a-z][a-z0-9_]{0,62}$/),
    z.strictObject({
      type: z.enum(['integer', 'text', 'timestamp']),
      description: z.string().min(1).max(500),
    }),
  ),
  deadline: duration,
  steps: z.array(stepSchema).min(1).max(20),
  verify: z.strictObject({
    probe: z.string().min(1).max(63),
    sql: sqlText,
    within: duration,
  }),
})

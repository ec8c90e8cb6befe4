import { z } from '@hono/zod-openapi'
import { cursor, limit, time } from './paging.ts'

export const auditRowSchema = z
  .object({
    sequence: z.int(),
    at: time,
    actor: z.string(),
    kind: z.string(),
    subject: z.string(),
    detail: z.record(z.string(), z.unknown()),
    hash: z.string(),
  })
  .openapi('AuditRow')

export const auditQuery = z.object({ limit, cursor })

export const auditVerdictSchema = z
  .object({
    ok: z.boolean(),
    rows: z.int(),
    /** The first sequence whose hash does not follow from the rows before it. */
    brokenAt: z.int().nullable(),
  })
  .openapi('AuditVerdict')

export type AuditRow = z.infer<typeof auditRowSchema>

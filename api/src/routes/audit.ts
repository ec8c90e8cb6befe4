import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { access, type AppEnv } from '../access.ts'
import { pending } from '../pending.ts'
import { auditQuery, auditRowSchema, auditVerdictSchema } from '../schemas/audit.ts'
import { pageOf } from '../schemas/paging.ts'
import { answers } from '../schemas/problem.ts'

export function auditRoutes() {
  return new OpenAPIHono<AppEnv>()
    .openapi(listAuditRoute, pending)
    .openapi(verifyTrailRoute, pending)
}

const listAuditRoute = createRoute({
  ...access('admin'),
  method: 'get',
  path: '/audit',
  summary: 'Read the audit trail',
  request: { query: auditQuery },
  responses: answers('The newest first.', pageOf(auditRowSchema)),
})

const verifyTrailRoute = createRoute({
  ...access('admin'),
  method: 'get',
  path: '/audit/verify',
  summary: "Recompute the audit trail's hash chain",
  responses: answers('Whether every row follows from the one before.', auditVerdictSchema),
})

import { createRoute } from '@hono/zod-openapi'
import { access } from '../access.ts'
import { auditQuery, auditRowSchema, auditVerdictSchema } from '../schemas/audit.ts'
import { pageOf } from '../schemas/paging.ts'
import { answers } from '../schemas/problem.ts'
import { listAudit, verifyAudit } from '../../repository/index.ts'
import type { Needs } from '../needs.ts'
import { pageSize } from '../pages-of-lists.ts'
import { ProblemError } from '../problem-error.ts'
import { newRoutes } from '../routing.ts'

/** Who did what. */
export function auditRoutes({ sql }: Needs) {
  return newRoutes()
    .openapi(listAuditRoute, async (c) => {
      const { limit, cursor } = c.req.valid('query')
      if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) {
        throw new ProblemError({ status: 400, detail: 'The cursor is not one that a list gave.' })
      }
      const before = cursor === undefined ? null : Number(cursor)
      const rows = await listAudit({ sql }, { limit: pageSize(limit) + 1, before })
      const items = rows.slice(0, pageSize(limit))
      const next = rows.length > items.length ? String(items.at(-1)?.sequence) : null
      return c.json({ items, next }, 200)
    })
    .openapi(verifyTrailRoute, async (c) => c.json(await verifyAudit({ sql }), 200))
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

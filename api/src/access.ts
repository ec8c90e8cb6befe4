import type { HttpBindings } from '@hono/node-server'
import { createMiddleware } from 'hono/factory'
import { ProblemError } from './problem-error.ts'
import type { Role } from './schemas/session.ts'

/** Who a request comes from, and by which credential. */
export interface SignedIn {
  accountId: number
  name: string
  role: Role
  by: 'session' | 'token'
  needsPassword: boolean
}

export interface AppEnv {
  Bindings: HttpBindings
  Variables: { account: SignedIn | null; requestId: string }
}

const rank = { viewer: 0, responder: 1, operator: 2, admin: 3 } as const satisfies Record<
  Role,
  number
>

/** Spread into a route: who may call it, for the document and for the request. */
export function access(role: Role) {
  return {
    security: [{ session: [] }, { token: [] }],
    middleware: requireRole(role),
    'x-role': role,
  }
}

/** Whether `role` may do what `needed` may. */
export function hasRole(role: Role, needed: Role): boolean {
  return rank[role] >= rank[needed]
}

function requireRole(needed: Role) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const account = c.get('account')
    if (!account)
      throw new ProblemError({ status: 401, detail: 'Sign in, or send a bearer token.' })
    if (!hasRole(account.role, needed)) {
      throw new ProblemError({
        status: 403,
        detail: `This needs the role ${needed}; ${account.name} is ${account.role}.`,
      })
    }
    await next()
  })
}

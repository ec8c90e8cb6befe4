import { OpenAPIHono } from '@hono/zod-openapi'
import type { AppEnv } from './access.ts'
import { refuseInvalid } from './problems.ts'

/** The routes of one resource; what its schemas refuse becomes one kind of problem. */
export function newRoutes() {
  return new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid })
}

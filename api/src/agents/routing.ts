import { OpenAPIHono } from '@hono/zod-openapi'
import { refuseInvalid } from '../problems.ts'
import type { AgentEnv } from './identity.ts'

/** Routes of the agents' listener. */
export function newAgentRoutes() {
  return new OpenAPIHono<AgentEnv>({ defaultHook: refuseInvalid })
}

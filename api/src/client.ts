import { hc } from 'hono/client'
import type { App } from './app.ts'

export type { App } from './app.ts'
export { actionStates, notificationStates, unfinishedActionStates } from '../repository/states.ts'
export { areaNames, instanceStates } from './schemas/instance-words.ts'
export type { Action, ActionState, RunbookDescription } from './schemas/action.ts'
export type { Agent, AgentToken, Overview } from './schemas/agent.ts'
export type { Alert, AlertDetail, Transition } from './schemas/alert.ts'
export type { AuditRow } from './schemas/audit.ts'
export type { Area, AreaName, Instance } from './schemas/instance.ts'
export type { Channel, Notification } from './schemas/notification.ts'
export type { History, ProbeDescription, Samples } from './schemas/probe.ts'
export type { Problem } from './schemas/problem.ts'
export type { RuleDescription } from './schemas/rule.ts'
export type { Role, Session, User } from './schemas/session.ts'

/**
 * The users' API with full types; `baseUrl` is the origin. With a token it speaks as that token, else the
 * browser's cookie does. The header tells the api that no other site's form sent the request.
 */
export function createClient(
  baseUrl: string,
  options: { token?: string; fetch?: typeof fetch } = {},
) {
  const { token, fetch } = options
  return hc<App>(baseUrl, {
    headers: { 'x-trunkline': '1', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    ...(fetch ? { fetch } : {}),
  }).api.v1
}

export type Client = ReturnType<typeof createClient>

import { messageOf } from '../log.ts'
import { DeadlineError } from './session.ts'

/** Why a server could not be used, as far as we can tell from outside. */
export type DownState = 'starting' | 'down' | 'unreachable' | 'no_slots' | 'refused' | 'unsupported'

export interface Failure {
  sqlstate: string | null
  message: string
  hint: string | null
}

/** What the server or the driver says, as it is stored with a sample. */
export function failureOf(error: unknown): Failure {
  return { sqlstate: sqlstateOf(error), message: messageOf(error), hint: hintOf(error) }
}

/** The SQLSTATE, when it is the server that answered. */
export function sqlstateOf(error: unknown): string | null {
  const code = codeOf(error)
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && hasSeverity(error) ? code : null
}

/** What a failed connection says about the server; `undefined` when it is up and only the statement failed. */
export function downStateOf(error: unknown): DownState | undefined {
  if (error instanceof DeadlineError) return 'unreachable'
  const sqlstate = sqlstateOf(error)
  if (sqlstate !== null) return stateOfSqlstate(sqlstate, messageOf(error))
  return unreachableCodes.has(codeOf(error) ?? '') ? 'unreachable' : 'down'
}

/** The host itself says that there is nobody at this port or socket. */
export function nobodyListens(error: unknown): boolean {
  const code = codeOf(error)
  return code === 'ECONNREFUSED' || code === 'ENOENT'
}

function stateOfSqlstate(sqlstate: string, message: string): DownState | undefined {
  // 57P03 is said while starting, in recovery before consistency, and while shutting down.
  if (sqlstate === '57P03') return message.includes('shutting down') ? 'down' : 'starting'
  if (sqlstate === '57P01' || sqlstate === '57P02') return 'down'
  if (sqlstate === '53300') return 'no_slots'
  if (sqlstate.startsWith('28') || sqlstate === '3D000') return 'refused'
  // An object in the way of connecting: 42501 no CONNECT privilege, 55000 the database takes no connections.
  return undefined
}

const unreachableCodes = new Set([
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
])

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

function hasSeverity(error: unknown): boolean {
  return error instanceof Error && 'severity' in error
}

function hintOf(error: unknown): string | null {
  return error instanceof Error && 'hint' in error && typeof error.hint === 'string'
    ? error.hint
    : null
}

import type { Sealer, Sql } from '../repository/index.ts'
import type { SessionCookie } from './auth/credentials.ts'
import type { Passwords } from './auth/passwords.ts'
import type { Throttle } from './auth/throttle.ts'
import type { LiveEvents } from './events/live-events.ts'
import type { Log } from './log.ts'

/** What the users' routes are made of; each takes what it needs. */
export interface Needs {
  sql: Sql
  sealer: Sealer
  log: Log
  now: () => Date
  live: LiveEvents
  passwords: Passwords
  throttle: Throttle
  cookie: SessionCookie
  publicUrl: URL
  /** Where agents enrol, and the authority they pin. */
  agentServer: { url: string; caPin: string }
}

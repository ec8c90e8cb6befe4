import type { Context } from 'hono'
import type { AppEnv } from './access.ts'

/** Where a request comes from. Behind a proxy it is the proxy: what a header says can be anything. */
export function addressOf(c: Context<AppEnv>): string {
  // Absent when the app is called without a server, as tests do.
  const bindings = c.env as Partial<AppEnv['Bindings']> | undefined
  return bindings?.incoming?.socket.remoteAddress ?? 'unknown'
}

/** Who did it, for records of what was done. Routes that need a role have somebody. */
export function actorOf(c: Context<AppEnv>): string {
  const account = c.get('account')
  if (!account) throw new Error(`${c.req.path} is changed by nobody`)
  return account.name
}

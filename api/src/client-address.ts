import { isIP } from 'node:net'
import type { Context } from 'hono'
import type { AppEnv } from './access.ts'

/**
 * Where a request comes from. What a header says can be anything, but for one entry: this listener speaks no TLS, so an
 * `https:` public URL means a proxy in front, and what that appended last to X-Forwarded-For is whom it saw. Without it
 * everybody would have the proxy's address, and one who guesses passwords would keep out all others.
 */
export function addressOf(c: Context<AppEnv>, publicUrl: URL): string {
  if (publicUrl.protocol === 'https:') {
    const forwarded = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() ?? ''
    if (isIP(forwarded)) return forwarded
  }
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

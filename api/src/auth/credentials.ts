import { getCookie, setCookie, deleteCookie } from 'hono/cookie'
import type { Context } from 'hono'
import { readApiToken, readSession, sessionLife, type Sql } from '../../repository/index.ts'
import type { AppEnv, SignedIn } from '../access.ts'
import { bearerToken, hashToken } from './tokens.ts'

/** The session cookie; over https its name lets no other host set it. */
export interface SessionCookie {
  name: string
  isSecure: boolean
}

export function sessionCookie(publicUrl: URL): SessionCookie {
  const isSecure = publicUrl.protocol === 'https:'
  return { name: isSecure ? '__Host-trunkline_session' : 'trunkline_session', isSecure }
}

/** Who sent the request, by bearer token or session cookie; a token that is no good is not made good by a cookie. */
export async function readCredential(
  { sql, cookie }: { sql: Sql; cookie: SessionCookie },
  c: Context<AppEnv>,
): Promise<SignedIn | null> {
  const authorization = c.req.header('authorization')
  if (authorization !== undefined) {
    const token = bearerToken(authorization)
    const owner = token && (await readApiToken({ sql }, hashToken(token)))
    return owner ? signedIn(owner, 'token') : null
  }
  const token = getCookie(c, cookie.name)
  const owner = token && (await readSession({ sql }, hashToken(token)))
  return owner ? signedIn(owner, 'session') : null
}

export function keepSessionCookie(c: Context, cookie: SessionCookie, token: string): void {
  setCookie(c, cookie.name, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    secure: cookie.isSecure,
    maxAge: sessionLife.hours * 3_600,
  })
}

export function dropSessionCookie(c: Context, cookie: SessionCookie): void {
  deleteCookie(c, cookie.name, { path: '/', secure: cookie.isSecure })
}

function signedIn(
  owner: { accountId: number; name: string; role: SignedIn['role']; hasPassword: boolean },
  by: SignedIn['by'],
): SignedIn {
  const { accountId, name, role, hasPassword } = owner
  return { accountId, name, role, by, needsPassword: by === 'session' && !hasPassword }
}

import { createRoute } from '@hono/zod-openapi'
import { access } from '../access.ts'
import { answers, changeAnswers, jsonBody } from '../schemas/problem.ts'
import {
  credentialsSchema,
  linkTokenSchema,
  passwordSchema,
  sessionSchema,
} from '../schemas/session.ts'
import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import {
  createSession,
  endSession,
  readPasswordHash,
  setPassword,
  useSignInLink,
} from '../../repository/index.ts'
import type { AppEnv, SignedIn } from '../access.ts'
import { dropSessionCookie, keepSessionCookie } from '../auth/credentials.ts'
import { hashToken, newToken } from '../auth/tokens.ts'
import { addressOf } from '../client-address.ts'
import type { Needs } from '../needs.ts'
import { ProblemError } from '../problem-error.ts'
import { newRoutes } from '../routing.ts'
import type { Session } from '../schemas/session.ts'

/** Signing in and out. A link is used up by POST alone: what only looks at it, such as a mail scanner, does not. */
export function sessionRoutes(needs: Needs) {
  const { sql, passwords, cookie } = needs
  return newRoutes()
    .openapi(readSessionRoute, (c) => c.json(sessionOf(c.get('account')), 200))
    .openapi(signInRoute, async (c) => {
      const accountId = await checkPassword(needs, {
        ...c.req.valid('json'),
        address: addressOf(c, needs.publicUrl),
      })
      return c.json(await beginSession(needs, c, { accountId, by: 'password' }), 200)
    })
    .openapi(signOutRoute, async (c) => {
      const token = getCookie(c, cookie.name)
      if (token) await endSession({ sql }, hashToken(token))
      dropSessionCookie(c, cookie)
      return c.json(sessionOf(null), 200)
    })
    .openapi(useLinkRoute, async (c) => {
      const accountId = await useSignInLink({ sql }, hashToken(c.req.valid('json').token))
      if (accountId === undefined) {
        const detail = 'This link has been used or has run out; ask for a new one.'
        throw new ProblemError({ status: 401, detail })
      }
      return c.json(await beginSession(needs, c, { accountId, by: 'link' }), 200)
    })
    .openapi(setPasswordRoute, async (c) => {
      const account = c.get('account')
      if (account?.by !== 'session') {
        throw new ProblemError({ status: 403, detail: 'Only a signed-in person sets a password.' })
      }
      const { accountId, name } = account
      const passwordHash = await passwords.hash(c.req.valid('json').password)
      const token = getCookie(c, cookie.name)
      const keepSession = token ? hashToken(token) : null
      await setPassword({ sql }, { accountId, name, passwordHash, keepSession })
      return c.json(sessionOf({ ...account, needsPassword: false }), 200)
    })
}

async function checkPassword(
  { sql, passwords, throttle, now }: Needs,
  given: { name: string; password: string; address: string },
): Promise<number> {
  const attempt = throttle.begin({ account: given.name, address: given.address, now: now() })
  try {
    const stored = await readPasswordHash({ sql }, given.name)
    const isRight = await passwords.verify(stored?.passwordHash, given.password)
    if (stored && isRight) {
      attempt.succeeded()
      return stored.accountId
    }
  } catch (error) {
    // The repository is away, or too many wait: that is no guess.
    attempt.takenBack()
    throw error
  }
  throw new ProblemError({ status: 401, detail: 'The name or the password is wrong.' })
}

async function beginSession(
  { sql, cookie, publicUrl }: Needs,
  c: Context<AppEnv>,
  { accountId, by }: { accountId: number; by: 'password' | 'link' },
): Promise<Session> {
  const token = newToken()
  const hash = hashToken(token)
  const address = addressOf(c, publicUrl)
  const owner = await createSession({ sql }, { hash, accountId, by, address })
  keepSessionCookie(c, cookie, token)
  const { name, role, hasPassword } = owner
  return { account: { name, role }, needsPassword: !hasPassword }
}

function sessionOf(account: SignedIn | null): Session {
  if (!account) return { account: null, needsPassword: false }
  const { name, role, needsPassword } = account
  return { account: { name, role }, needsPassword }
}

const readSessionRoute = createRoute({
  method: 'get',
  path: '/session',
  summary: 'Who is signed in',
  responses: answers('The account, or null.', sessionSchema),
})

const signInRoute = createRoute({
  method: 'post',
  path: '/session',
  summary: 'Sign in by name and password',
  request: { body: jsonBody(credentialsSchema) },
  responses: changeAnswers('Signed in; a session cookie is set.', sessionSchema),
})

const signOutRoute = createRoute({
  method: 'delete',
  path: '/session',
  summary: 'Sign out',
  responses: changeAnswers('Nobody is signed in any more.', sessionSchema),
})

const useLinkRoute = createRoute({
  method: 'post',
  path: '/session/link',
  summary: 'Sign in by a one-time link',
  request: { body: jsonBody(linkTokenSchema) },
  responses: changeAnswers('Signed in; the link is used up.', sessionSchema),
})

const setPasswordRoute = createRoute({
  ...access('viewer'),
  method: 'put',
  path: '/session/password',
  summary: 'Set the own password',
  request: { body: jsonBody(passwordSchema) },
  responses: changeAnswers('Set; every other session of the account has ended.', sessionSchema),
})

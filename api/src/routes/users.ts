import { createRoute } from '@hono/zod-openapi'
import { access } from '../access.ts'
import { pageOf } from '../schemas/paging.ts'
import { answers, changeAnswers, createAnswers, jsonBody } from '../schemas/problem.ts'
import {
  linkForSchema,
  newUserAnswerSchema,
  newUserSchema,
  signInLinkSchema,
  userSchema,
} from '../schemas/session.ts'
import { createAccount, createSignInLink, listAccounts } from '../../repository/index.ts'
import { hashToken, newToken } from '../auth/tokens.ts'
import { actorOf } from '../client-address.ts'
import type { Needs } from '../needs.ts'
import { notFound, ProblemError } from '../problem-error.ts'
import { newRoutes } from '../routing.ts'

/** Who may sign in, and the links that let them. */
export function usersRoutes({ sql, publicUrl }: Needs) {
  const makeLink = async (name: string, actor: string) => {
    const token = newToken()
    const made = await createSignInLink({ sql }, { hash: hashToken(token), name, actor })
    if (!made) throw notFound(`user ${name}`)
    const url = new URL('/sign-in', publicUrl)
    url.searchParams.set('token', token)
    return { url: url.href, expiresAt: made.expiresAt }
  }
  return newRoutes()
    .openapi(makeLinkRoute, async (c) => {
      const actor = actorOf(c)
      return c.json(await makeLink(c.req.valid('json').name ?? actor, actor), 200)
    })
    .openapi(listUsersRoute, async (c) =>
      c.json({ items: await listAccounts({ sql }), next: null }, 200),
    )
    .openapi(addUserRoute, async (c) => {
      const { name, role } = c.req.valid('json')
      const actor = actorOf(c)
      const id = await createAccount({ sql }, { name, role, actor })
      if (id === undefined) {
        throw new ProblemError({ status: 409, detail: `There is a user ${name} already.` })
      }
      const { url, expiresAt } = await makeLink(name, actor)
      const user = (await listAccounts({ sql })).find((one) => one.id === id)
      if (!user) throw new Error(`user ${name} vanished while being added`)
      return c.json({ user, signInUrl: url, expiresAt }, 201)
    })
}

const makeLinkRoute = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/sign-in-links',
  summary: 'Make a one-time sign-in link',
  request: { body: jsonBody(linkForSchema) },
  responses: changeAnswers('The link; shown once.', signInLinkSchema),
})

const listUsersRoute = createRoute({
  ...access('admin'),
  method: 'get',
  path: '/users',
  summary: 'List the users',
  responses: answers('Everybody who may sign in.', pageOf(userSchema)),
})

const addUserRoute = createRoute({
  ...access('admin'),
  method: 'post',
  path: '/users',
  summary: 'Add a user',
  request: { body: jsonBody(newUserSchema) },
  responses: createAnswers('Added; the link lets them in once.', newUserAnswerSchema),
})

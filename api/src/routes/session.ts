import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { access, type AppEnv } from '../access.ts'
import { pending } from '../pending.ts'
import { answers, changeAnswers, jsonBody } from '../schemas/problem.ts'
import {
  credentialsSchema,
  linkTokenSchema,
  passwordSchema,
  sessionSchema,
} from '../schemas/session.ts'

export function sessionRoutes() {
  return new OpenAPIHono<AppEnv>()
    .openapi(readSessionRoute, pending)
    .openapi(signInRoute, pending)
    .openapi(signOutRoute, pending)
    .openapi(useLinkRoute, pending)
    .openapi(setPasswordRoute, pending)
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

import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { access, type AppEnv } from '../access.ts'
import { pending } from '../pending.ts'
import { pageOf } from '../schemas/paging.ts'
import { answers, changeAnswers, createAnswers, jsonBody } from '../schemas/problem.ts'
import {
  linkForSchema,
  newUserAnswerSchema,
  newUserSchema,
  signInLinkSchema,
  userSchema,
} from '../schemas/session.ts'

export function usersRoutes() {
  return new OpenAPIHono<AppEnv>()
    .openapi(makeLinkRoute, pending)
    .openapi(listUsersRoute, pending)
    .openapi(addUserRoute, pending)
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

import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { pending } from '../../pending.ts'
import { changeAnswers, jsonBody } from '../../schemas/problem.ts'
import type { AgentEnv } from '../identity.ts'
import { enrolAnswerSchema, enrolSchema } from '../wire.ts'

/** How an agent comes by its certificate, and by the next one. */
export function certificateRoutes() {
  return new OpenAPIHono<AgentEnv>().openapi(enrolRoute, pending).openapi(renewRoute, pending)
}

const enrolRoute = createRoute({
  method: 'post',
  path: '/enrol',
  summary: 'Enrol an agent by a single-use token; needs no certificate',
  request: { body: jsonBody(enrolSchema) },
  responses: changeAnswers('Enrolled.', enrolAnswerSchema),
})

const renewRoute = createRoute({
  method: 'post',
  path: '/renew',
  summary: 'Replace the certificate this request came with; the old one serves ten more minutes',
  request: { body: jsonBody(enrolSchema.pick({ csr: true })) },
  responses: changeAnswers('Renewed.', enrolAnswerSchema),
})

import { randomUUID } from 'node:crypto'
import { createRoute } from '@hono/zod-openapi'
import { enrolAgent, renewCertificate } from '../../../repository/index.ts'
import { hashToken } from '../../auth/tokens.ts'
import { ProblemError } from '../../problem-error.ts'
import { changeAnswers, jsonBody } from '../../schemas/problem.ts'
import { issueAgentCertificate } from '../issue-agent-certificate.ts'
import type { AgentNeeds } from '../needs.ts'
import { newAgentRoutes } from '../routing.ts'
import { enrolAnswerSchema, enrolSchema } from '../wire.ts'

/** How an agent comes by its certificate, and by the next one. */
export function certificateRoutes({ sql, authority, runbookKey, now, log }: AgentNeeds) {
  const issue = (wanted: { agentId: string; csr: string }) =>
    issueAgentCertificate(authority, { ...wanted, now: now() })
  const answerFor = (agentId: string, certificate: string) => {
    return { agentId, certificate, ca: authority.certificate, runbookKey }
  }
  return newAgentRoutes()
    .openapi(enrolRoute, async (c) => {
      const { token, csr, hostName, machineId } = c.req.valid('json')
      const agentId = randomUUID()
      const { certificate, ...issued } = await issue({ agentId, csr })
      const enrolment = {
        agentId,
        hostName,
        machineId,
        tokenHash: hashToken(token),
        certificate: issued,
      }
      if (!(await enrolAgent({ sql }, enrolment))) {
        log('enrolment_refused', { hostName, address: c.env.incoming.socket.remoteAddress })
        const detail =
          'The token has been used, has run out, or is for another host; make one with: npx trunkline agent token'
        throw new ProblemError({ status: 401, detail })
      }
      log('agent_enrolled', { agentId, hostName })
      return c.json(answerFor(agentId, certificate), 200)
    })
    .openapi(renewRoute, async (c) => {
      const { id: agentId, serial: oldSerial } = c.get('agent')
      const { csr } = c.req.valid('json')
      const { certificate, ...issued } = await issue({ agentId, csr })
      await renewCertificate({ sql }, { agentId, oldSerial, ...issued })
      return c.json(answerFor(agentId, certificate), 200)
    })
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

import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { z } from '@hono/zod-openapi'
import { askAgent, readAnswer, type Sealer, type Sql } from '../repository/index.ts'
import { checkAnswerSchema, type CheckAnswer, type Connection } from './agents/wire.ts'
import { ProblemError } from './problem-error.ts'

interface Question {
  agentId: string
  connection: Connection
  /** The role for runbooks, when one is given. */
  actor: Pick<Connection, 'user' | 'password'> | null
}

const waitMs = 15_000
const lookEveryMs = 150

/** Lets the agent connect to an instance, as both its roles, and say what it found; 503 when the agent does not answer. */
export async function checkConnection(
  { sql, sealer }: { sql: Sql; sealer: Sealer },
  { agentId, connection, actor }: Question,
): Promise<CheckAnswer> {
  const id = randomUUID()
  const body = JSON.stringify({ connection, actor })
  await askAgent(
    { sql },
    {
      id,
      agentId,
      kind: 'check_instance',
      bodySealed: sealer.seal(body, requestContext(id)),
      ttlSeconds: waitMs / 1_000 + 5,
    },
  )
  const deadline = performance.now() + waitMs
  while (performance.now() < deadline) {
    const answer = await readAnswer({ sql }, id)
    if (answer) return readCheckAnswer(answer)
    await setTimeout(lookEveryMs)
  }
  throw new ProblemError({
    status: 503,
    detail: `The agent has not answered for ${waitMs / 1_000} seconds; see that it runs and reaches the api.`,
    retryAfterSeconds: 10,
  })
}

/** What the body of a question to an agent is sealed for. */
export function requestContext(id: string): string {
  return `agent_request ${id}`
}

function readCheckAnswer(answer: Record<string, unknown>): CheckAnswer {
  const parsed = checkAnswerSchema.safeParse(answer)
  if (parsed.success) return parsed.data
  const detail = `The agent's answer is not understood: ${z.prettifyError(parsed.error)}`
  throw new ProblemError({ status: 503, detail, retryAfterSeconds: 10 })
}

import type postgres from 'postgres'

export interface AgentRequestRow {
  id: string
  kind: 'check_instance' | 'run_probe'
  bodySealed: Buffer
}

/** Asks an agent something, for as long as somebody waits for the answer. */
export async function askAgent(
  { sql }: { sql: postgres.ISql },
  request: {
    id: string
    agentId: string
    kind: AgentRequestRow['kind']
    bodySealed: Buffer
    ttlSeconds: number
  },
): Promise<void> {
  await sql`
    insert into pem.agent_request (id, agent_id, kind, body_sealed, expires_at)
    values (${request.id}, ${request.agentId}, ${request.kind}, ${request.bodySealed},
            now() + make_interval(secs => ${request.ttlSeconds}))`
  await sql`select pg_notify('work', ${request.agentId})`
}

/** The questions of an agent that are still open, oldest first. */
export async function readOpenRequests(
  { sql }: { sql: postgres.ISql },
  agentId: string,
): Promise<AgentRequestRow[]> {
  return await sql<AgentRequestRow[]>`
    select id, kind, body_sealed as "bodySealed"
      from pem.agent_request
     where agent_id = ${agentId} and answered_at is null and expires_at > now()
     order by created_at limit 20`
}

/** Takes the agent's answer; false when nobody waits for it any more. */
export async function answerRequest(
  { sql }: { sql: postgres.ISql },
  answered: { id: string; agentId: string; answer: Record<string, unknown> },
): Promise<boolean> {
  const rows = await sql`
    update pem.agent_request
       set answered_at = now(), answer = ${sql.json(answered.answer as postgres.JSONValue)}
     where id = ${answered.id} and agent_id = ${answered.agentId}
       and answered_at is null and expires_at > now()
    returning 1`
  return rows.length > 0
}

/** The answer, or `undefined` while there is none. */
export async function readAnswer(
  { sql }: { sql: postgres.ISql },
  id: string,
): Promise<Record<string, unknown> | undefined> {
  const [row] = await sql<{ answer: Record<string, unknown> }[]>`
    select answer from pem.agent_request where id = ${id} and answered_at is not null`
  return row?.answer
}

import type { JSONValue, TransactionSql } from 'postgres'
import { appendAudit } from '../append-audit.ts'

/** A runbook that may mend what an episode is about. */
export interface Proposal {
  runbook: string
  instanceId: number
  alertId: string
  episodeId: string
  parameters: Record<string, string | number>
  reason: string
}

/**
 * Proposes actions, each once an episode. A runbook that is not signed yet, or an instance without an actor role, gets
 * none: it could not be run.
 */
export async function insertProposals(
  { sql }: { sql: TransactionSql },
  proposals: readonly Proposal[],
): Promise<void> {
  if (proposals.length === 0) return
  const made = await sql<Audited[]>`
    insert into pem.action (runbook, runbook_version, instance_id, agent_id, parameters, state, alert_id, episode_id,
                            requested_by, reason)
    select p.runbook, signed.version, i.id, i.agent_id, p.parameters, 'proposed', p."alertId", p."episodeId",
           'engine', p.reason
      from jsonb_to_recordset(${sql.json(proposals as unknown as JSONValue)}) as p(
           runbook text, "instanceId" int, "alertId" uuid, "episodeId" uuid, parameters jsonb, reason text)
      join pem.instance i on i.id = p."instanceId" and i.actor_user is not null
      join lateral (select version from pem.runbook r where r.name = p.runbook order by signed_at desc limit 1)
           signed on true
     where not exists (select from pem.action a where a.episode_id = p."episodeId" and a.runbook = p.runbook)
        on conflict do nothing
 returning id, runbook, alert_id as "alertId", parameters`
  await audit(sql, 'action_proposed', made)
}

/** What was proposed for an episode that has ended is no longer wanted. */
export async function expireProposals(
  { sql }: { sql: TransactionSql },
  episodeIds: readonly string[],
): Promise<void> {
  if (episodeIds.length === 0) return
  const expired = await sql<Audited[]>`
    update pem.action set state = 'expired', finished_at = clock_timestamp(), error = 'the alert was resolved'
     where episode_id = any(${[...episodeIds]}::uuid[]) and state = 'proposed'
 returning id, runbook, alert_id as "alertId", parameters`
  await audit(sql, 'action_expired', expired)
}

interface Audited {
  id: string
  runbook: string
  alertId: string
  parameters: Record<string, unknown>
}

async function audit(
  sql: TransactionSql,
  kind: 'action_proposed' | 'action_expired',
  actions: readonly Audited[],
): Promise<void> {
  for (const { id, ...detail } of actions) {
    await appendAudit({ sql }, { actor: 'engine', kind, subject: `action:${id}`, detail })
    await sql`select pg_notify('actions', ${id})`
  }
}

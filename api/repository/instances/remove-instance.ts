import type postgres from 'postgres'
import { appendAudit } from '../append-audit.ts'

/** Stops watching an instance: its newest rows go, so that no rule sees them; its history stays. */
export async function removeInstance(
  { sql }: { sql: postgres.Sql },
  removal: { id: number; actor: string },
): Promise<boolean> {
  const { id, actor } = removal
  return await sql.begin(async (tx) => {
    const [row] = await tx<{ name: string; agentId: string }[]>`
      update pem.instance set removed_at = now()
       where id = ${id} and removed_at is null
      returning name, agent_id as "agentId"`
    if (!row) return false
    const tables = await tx<{ name: string }[]>`
      select p.name from pem.probe p
        join information_schema.columns c
          on c.table_schema = 'pemdata' and c.table_name = p.name and c.column_name = 'instance_id'`
    for (const { name } of tables) {
      await tx`delete from pemdata.${tx(name)} where instance_id = ${id}`
    }
    await tx`delete from pemdata.probe_run where instance_id = ${id}`
    await tx`
      update pem.action set state = 'cancelled', finished_at = now(), error = 'The instance was removed.'
       where instance_id = ${id} and state in ('proposed', 'queued', 'dispatched')`
    await appendAudit(
      { sql: tx },
      {
        actor: `user:${actor}`,
        kind: 'instance_removed',
        subject: `instance:${row.name}`,
        detail: { id },
      },
    )
    await tx`select pg_notify('work', ${row.agentId})`
    return true
  })
}

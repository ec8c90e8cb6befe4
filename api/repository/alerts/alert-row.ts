import type postgres from 'postgres'

/** An alert as it is now. What its rule says of it is not in the repository. */
export interface AlertRow {
  id: string
  rule: string
  instance: { id: number; name: string } | null
  agent: { id: string; name: string } | null
  condition: 'normal' | 'pending' | 'firing' | 'recovering'
  level: number
  health: 'ok' | 'no_data' | 'error' | 'stale' | 'unmonitored'
  flapping: boolean
  value: number | null
  threshold: number | null
  unit: string
  message: string
  labels: Record<string, unknown>
  raisedAt: Date | null
  pendingSince: Date | null
  resolvedAt: Date | null
  changedAt: Date
  dataAt: Date | null
  episodeId: string | null
  acknowledged: { by: string; at: string; until: string | null; note: string | null } | null
  muted: string | null
}

/** The columns of `AlertRow`, of `pemdata.alert` as `a` with its instance and agent. */
export function alertColumns(sql: postgres.ISql) {
  return sql`
    a.id, a.rule,
    case when i.id is not null then jsonb_build_object('id', i.id, 'name', i.name) end as instance,
    case when agent.id is not null then jsonb_build_object('id', agent.id, 'name', agent.name) end as agent,
    a.condition, a.level, a.health, a.flapping, a.value, a.threshold, a.unit, a.message, a.labels,
    a.raised_at as "raisedAt", a.pending_since as "pendingSince", a.resolved_at as "resolvedAt",
    a.changed_at as "changedAt", a.data_at as "dataAt", a.episode_id as "episodeId",
    case when a.acknowledged_at is not null
          and (a.acknowledged_until is null or a.acknowledged_until > pem.now()) then
      jsonb_build_object('by', a.acknowledged_by, 'at', a.acknowledged_at,
                         'until', a.acknowledged_until, 'note', a.acknowledged_note) end as acknowledged,
    a.muted_by as muted`
}

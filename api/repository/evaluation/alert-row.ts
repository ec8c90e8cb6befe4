import type { ISql } from 'postgres'

/** An alert as it is kept, its state with it. Times are milliseconds: the precision samples have. */
export interface AlertRow {
  id: string
  rule: string
  fingerprint: string
  identity: Record<string, unknown>
  labels: Record<string, unknown>
  instanceId: number | null
  agentId: string | null
  episodeId: string | null
  message: string
  unit: string
  mutedBy: string | null
  acknowledgedUntil: number | null
  state: {
    condition: 'normal' | 'pending' | 'firing' | 'recovering'
    level: number
    maxLevel: number
    health: 'ok' | 'no_data' | 'error' | 'stale' | 'unmonitored'
    flapping: boolean
    flapRing: number
    observedMs: Record<string, number>
    pendingSince: number | null
    recoveringSince: number | null
    recoveringMs: number
    raisedAt: number | null
    resolvedAt: number | null
    sequence: number
    value: number | null
    threshold: number | null
    dataAt: number | null
  }
}

/** What an `AlertRow` is read as. */
export const alertColumns = `
    id, rule, fingerprint, identity, labels, instance_id as "instanceId", agent_id as "agentId",
    episode_id as "episodeId", message, unit, muted_by as "mutedBy",
    floor(extract(epoch from acknowledged_until) * 1000)::float8 as "acknowledgedUntil",
    jsonb_build_object(
      'condition', condition, 'level', level, 'maxLevel', max_level, 'health', health,
      'flapping', flapping, 'flapRing', flap_ring, 'observedMs', observed_ms,
      'pendingSince', floor(extract(epoch from pending_since) * 1000),
      'recoveringSince', floor(extract(epoch from recovering_since) * 1000), 'recoveringMs', recovering_ms,
      'raisedAt', floor(extract(epoch from raised_at) * 1000),
      'resolvedAt', floor(extract(epoch from resolved_at) * 1000), 'sequence', sequence,
      'value', value, 'threshold', threshold, 'dataAt', floor(extract(epoch from data_at) * 1000)
    ) as state`

/** The alerts of a rule that are open or have lately changed. */
export async function readLiveAlerts({ sql }: { sql: ISql }, rule: string): Promise<AlertRow[]> {
  return await read(sql, `rule = $1 and (condition <> 'normal' or flap_ring <> 0)`, [rule])
}

/** Closed alerts that may open again. */
export async function readAlertsByFingerprint(
  { sql }: { sql: ISql },
  { rule, fingerprints }: { rule: string; fingerprints: readonly string[] },
): Promise<AlertRow[]> {
  if (fingerprints.length === 0) return []
  return await read(sql, 'rule = $1 and fingerprint = any($2::text[])', [rule, [...fingerprints]])
}

/** Live alerts of rules that are no longer in the catalogue. */
export async function readOrphanedAlerts(
  { sql }: { sql: ISql },
  knownRules: readonly string[],
): Promise<AlertRow[]> {
  const condition = `rule <> all($1::text[]) and condition <> 'normal' limit 1000`
  return await read(sql, condition, [[...knownRules]])
}

async function read(
  sql: ISql,
  condition: string,
  values: (string | string[])[],
): Promise<AlertRow[]> {
  const query = `select ${alertColumns} from pemdata.alert where ${condition}`
  return await sql.unsafe<AlertRow[]>(query, values, { prepare: true })
}

import type { ISql, JSONValue, Sql, TransactionSql } from 'postgres'
import { type Lane, readLanes } from '../notifications/read-lanes.ts'
import {
  type NotificationRoute,
  readNotificationRoutes,
} from '../notifications/read-notification-routes.ts'
import {
  type NewNotification,
  type SupersededLane,
  writeNotifications,
} from '../notifications/write-notifications.ts'
import type { Lease } from './acquire-lease.ts'
import type { AlertRow } from './alert-row.ts'
import { insertTransitions, type TransitionRow } from './insert-transitions.ts'
import { expireProposals, insertProposals, type Proposal } from './proposals.ts'
import { saveRuntime, type RuleRuntime } from './rule-runtime.ts'

/** One alert after an evaluation. */
export interface AlertChange {
  alert: AlertRow
  isNew: boolean
  /** The sequence it was read with: somebody else's change since then undoes the evaluation. */
  fromSequence: number
  /** Its acknowledgement is over: the episode has ended, or its time has. */
  endsAcknowledgement: boolean
}

export interface Evaluation {
  changes: readonly AlertChange[]
  /** Without `told`, which the plan decides. */
  transitions: readonly Omit<TransitionRow, 'told'>[]
  proposals: readonly Proposal[]
  runtime: RuleRuntime
}

/** What to tell of the transitions, worked out from routes and lanes as the transaction sees them. */
export type Plan = (read: { routes: NotificationRoute[]; lanes: Lane[] }) => {
  notifications: readonly NewNotification[]
  supersede: readonly SupersededLane[]
  told: readonly string[]
}

/** Another engine leads now: nothing was written. */
export class Fenced extends Error {}
/** Somebody changed an alert meanwhile: nothing was written, and the rule is to be evaluated again. */
export class Overtaken extends Error {}

/**
 * Writes one evaluation of one rule in one transaction: alerts, transitions, messages, proposed actions. All of it or
 * nothing, and nothing unless the lease still has its epoch.
 */
export async function writeEvaluation(
  { sql, lease, plan }: { sql: Sql; lease: Lease; plan: Plan },
  evaluation: Evaluation,
): Promise<void> {
  await sql.begin(async (tx) => {
    const episodes = evaluation.transitions.flatMap(({ episodeId }) => episodeId ?? [])
    const [, routes, lanes] = await Promise.all([
      checkLease(tx, lease),
      readNotificationRoutes({ sql: tx }),
      readLanes({ sql: tx }, [...new Set(episodes)]),
    ])
    const planned = plan({ routes, lanes })
    const transitions = evaluation.transitions.map((transition, index) => ({
      ...transition,
      told: planned.told[index] ?? 'not_notifying',
    }))
    const closed = transitions.flatMap((one) =>
      one.kind === 'resolved' && one.episodeId !== null ? [one.episodeId] : [],
    )
    await Promise.all([
      saveAlerts(tx, evaluation.changes),
      insertTransitions({ sql: tx, lease }, transitions),
      writeNotifications({ sql: tx }, planned),
      saveRuntime({ sql: tx, lease }, evaluation.runtime),
      announce(tx, transitions),
    ])
    await expireProposals({ sql: tx }, closed)
    await insertProposals({ sql: tx }, evaluation.proposals)
  })
}

async function checkLease(sql: TransactionSql, { shard, epoch }: Lease): Promise<void> {
  const held =
    await sql`select 1 from pem.lease where shard = ${shard} and epoch = ${epoch} for share`
  if (held.length === 0) throw new Fenced(`the lease of shard ${shard} has gone to another engine`)
}

async function saveAlerts(sql: TransactionSql, changes: readonly AlertChange[]): Promise<void> {
  if (changes.length === 0) return
  const given = changes.map(({ alert: { state, ...alert }, ...change }) => ({
    ...alert,
    ...state,
    ...change,
    pendingSince: iso(state.pendingSince),
    recoveringSince: iso(state.recoveringSince),
    raisedAt: iso(state.raisedAt),
    resolvedAt: iso(state.resolvedAt),
    dataAt: iso(state.dataAt),
  }))
  const [saved] = await sql<{ count: number }[]>`
    with given as materialized (
      select * from jsonb_to_recordset(${sql.json(given as unknown as JSONValue)}) as g(
        id uuid, rule text, fingerprint text, identity jsonb, labels jsonb, "instanceId" int, "agentId" uuid,
        "episodeId" uuid, message text, unit text, "mutedBy" text, condition text, level smallint,
        "maxLevel" smallint, health text, flapping boolean, "flapRing" int, "observedMs" jsonb,
        "pendingSince" timestamptz, "recoveringSince" timestamptz, "recoveringMs" float8, "raisedAt" timestamptz,
        "resolvedAt" timestamptz, sequence int, value float8, threshold float8, "dataAt" timestamptz,
        "isNew" boolean, "fromSequence" int, "endsAcknowledgement" boolean)
    ), inserted as (
      ${insertNew(sql)}
    ), updated as (
      ${updateKnown(sql)}
    )
    select ((select count(*) from inserted) + (select count(*) from updated))::int as count`
  if (saved?.count !== changes.length) {
    throw new Overtaken('an alert of the rule was changed by somebody else meanwhile')
  }
}

function insertNew(sql: ISql) {
  return sql`
    insert into pemdata.alert (id, rule, fingerprint, identity, labels, instance_id, agent_id, episode_id, message, unit,
           muted_by, condition, level, max_level, health, flapping, flap_ring, observed_ms, pending_since,
           recovering_since, recovering_ms, raised_at, resolved_at, sequence, value, threshold, data_at, changed_at)
    select id, rule, fingerprint, identity, labels, "instanceId", "agentId", "episodeId", message, unit,
           "mutedBy", condition, level, "maxLevel", health, flapping, "flapRing", "observedMs", "pendingSince",
           "recoveringSince", "recoveringMs", "raisedAt", "resolvedAt", sequence, value, threshold, "dataAt",
           clock_timestamp()
      from given where "isNew"
        on conflict do nothing
    returning id`
}

function updateKnown(sql: ISql) {
  return sql`
    update pemdata.alert a
       set labels = g.labels, episode_id = g."episodeId", message = g.message, unit = g.unit, muted_by = g."mutedBy",
           condition = g.condition, level = g.level, max_level = g."maxLevel", health = g.health,
           flapping = g.flapping, flap_ring = g."flapRing", observed_ms = g."observedMs",
           pending_since = g."pendingSince", recovering_since = g."recoveringSince",
           recovering_ms = g."recoveringMs", raised_at = g."raisedAt", resolved_at = g."resolvedAt",
           sequence = g.sequence, value = g.value, threshold = g.threshold, data_at = g."dataAt",
           changed_at = case when g.sequence > a.sequence then clock_timestamp() else a.changed_at end,
           acknowledged_by = case when not g."endsAcknowledgement" then a.acknowledged_by end,
           acknowledged_at = case when not g."endsAcknowledgement" then a.acknowledged_at end,
           acknowledged_until = case when not g."endsAcknowledgement" then a.acknowledged_until end,
           acknowledged_note = case when not g."endsAcknowledgement" then a.acknowledged_note end
      from given g
     where a.id = g.id and not g."isNew" and a.sequence = g."fromSequence"
    returning a.id`
}

async function announce(
  sql: TransactionSql,
  transitions: readonly { alertId: string }[],
): Promise<void> {
  const ids = [...new Set(transitions.map(({ alertId }) => alertId))]
  if (ids.length === 0) return
  await sql`select pg_notify('alerts', id) from unnest(${ids}::text[]) as one(id)`
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

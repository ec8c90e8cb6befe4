import { randomUUID } from 'node:crypto'
import {
  type Lease,
  Overtaken,
  readAlertsByFingerprint,
  type RuleRuntime,
  findEvidence,
  type Sql,
  type TransactionSql,
  writeEvaluation,
} from '@trunkline/api/repository'
import type { ToldRule } from './notify/told-transition.ts'
import { proposeActions } from './actions/propose-actions.ts'
import { type Decision, decide } from './decide.ts'
import { findMissing, findOpeners, findRows } from './found-rows.ts'
import { createThresholds } from './overrides.ts'
import type { PreparedRule } from './prepared-rule.ts'
import { readRule } from './read-rule.ts'
import { type OneTransition, planTelling } from './tell.ts'

export interface Evaluator {
  sql: Sql
  lease: Lease
  /** Right of the @ in Message-IDs. */
  mailDomain: string
  /** The past or future that a case is run in; the repository's clock without it. */
  now?: Date
  /** Told of what is odd but stops nothing. */
  warn: (event: string, fields: Record<string, unknown>) => void
}

export interface Evaluated {
  /** Rows of the query that could matter. */
  rows: number
  transitions: number
  durationMs: number
}

const evidenceTimeoutMs = 1_000

/**
 * Evaluates one rule for the whole fleet: reads everything in one snapshot, decides, and writes what changed in one
 * transaction that the lease fences. An evaluation that somebody overtook is done again.
 */
export async function evaluateRule(evaluator: Evaluator, rule: PreparedRule): Promise<Evaluated> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await evaluateOnce(evaluator, rule)
    } catch (error) {
      if (!(error instanceof Overtaken) || tries >= 3) throw error
    }
  }
}

async function evaluateOnce(evaluator: Evaluator, rule: PreparedRule): Promise<Evaluated> {
  const startedAt = performance.now()
  const found = await evaluator.sql.begin('isolation level repeatable read read only', (sql) =>
    readAndDecide(evaluator, sql, rule),
  )
  const durationMs = performance.now() - startedAt
  const { rows, now, decisions, transitions } = found
  if (decisions.length > 0) {
    const runtime = { rule: rule.name, evaluatedAt: new Date(now), durationMs, rows, error: null }
    await writeDecisions({ evaluator, rule, decisions, transitions, runtime })
  }
  return { rows, transitions: transitions.length, durationMs }
}

interface Found {
  now: number
  rows: number
  decisions: Decision[]
  transitions: OneTransition[]
}

async function readAndDecide(
  { warn, now }: Evaluator,
  sql: TransactionSql,
  rule: PreparedRule,
): Promise<Found> {
  const read = await readRule({ sql, now }, rule, (overrides) =>
    createThresholds(rule, overrides, (problem) => warn('override_unreadable', { problem })),
  )
  const { rows, duplicates } = findRows(rule, read.rows)
  if (duplicates > 0) warn('rows_of_one_identity', { rule: rule.name, duplicates })
  const known = { ...read, rule, rows }
  const newcomers = [...findOpeners(known), ...findMissing(known)]
  const fingerprints = newcomers.map(({ fingerprint }) => fingerprint)
  const closed = await readAlertsByFingerprint({ sql }, { rule: rule.name, fingerprints })
  const decisions = decide({ ...known, closed, newId: randomUUID })
  const transitions: OneTransition[] = []
  for (const decision of decisions) {
    transitions.push(...(await explain({ sql, rule, warn, decision })))
  }
  return { now: read.now, rows: read.rows.length, decisions, transitions }
}

/** The transitions of an alert, those that raise it with evidence from the same snapshot and what may mend it. */
async function explain(given: {
  sql: TransactionSql
  rule: PreparedRule
  warn: Evaluator['warn']
  decision: Decision
}): Promise<OneTransition[]> {
  const { sql, rule, warn, decision } = given
  const { labels } = decision.alert
  const isRise = ({ kind }: { kind: string }): boolean =>
    kind === 'raised' || kind === 'level_up' || kind === 'unmuted'
  if (!decision.transitions.some(isRise)) {
    return decision.transitions.map((transition) => plain(decision, transition))
  }
  const { evidence: query } = rule
  const evidence =
    query === undefined
      ? []
      : await findEvidence(
          { sql, timeoutMs: evidenceTimeoutMs },
          { evidence: query, row: labels },
        ).catch((error: unknown) => {
          warn('evidence_failed', { rule: rule.name, error: String(error) })
          return []
        })
  const runbooks = proposeActions(rule, labels)
  return decision.transitions.map((transition) =>
    isRise(transition) ? { decision, transition, evidence, runbooks } : plain(decision, transition),
  )
}

function plain(decision: Decision, transition: OneTransition['transition']): OneTransition {
  return { decision, transition, evidence: [], runbooks: [] }
}

/** Writes what was decided about alerts of one rule, all of it or nothing. */
export async function writeDecisions(given: {
  evaluator: Evaluator
  rule: ToldRule
  decisions: readonly Decision[]
  runtime: RuleRuntime
  /** With evidence and runbooks, where there are any. */
  transitions?: readonly OneTransition[]
}): Promise<void> {
  const { evaluator, rule, decisions, runtime } = given
  const { sql, lease, mailDomain } = evaluator
  const transitions =
    given.transitions ?? decisions.flatMap((one) => one.transitions.map((each) => plain(one, each)))
  const plan = planTelling({ rule, all: transitions, mailDomain })
  await writeEvaluation(
    { sql, lease, plan },
    {
      changes: decisions.map(({ alert, isNew, fromSequence, endsAcknowledgement }) => ({
        alert,
        isNew,
        fromSequence,
        endsAcknowledgement,
      })),
      transitions: transitions.map(transitionRow),
      proposals: transitions.flatMap(proposalsOf),
      runtime,
    },
  )
}

function transitionRow({ decision: { alert }, transition, evidence }: OneTransition) {
  const { held: _, ...kept } = transition
  return {
    ...kept,
    alertId: alert.id,
    at: new Date(transition.at),
    episodeId: alert.episodeId,
    rule: alert.rule,
    instanceId: alert.instanceId,
    dataAt: transition.dataAt === null ? null : new Date(transition.dataAt),
    message: alert.message,
    labels: alert.labels,
    evidence,
  }
}

function proposalsOf({ decision: { alert, mutedBy }, runbooks }: OneTransition) {
  const { instanceId, episodeId, id, message } = alert
  if (instanceId === null || episodeId === null || mutedBy !== null) return []
  return runbooks.map(({ runbook, parameters }) => ({
    runbook,
    instanceId,
    alertId: id,
    episodeId,
    parameters,
    reason: message,
  }))
}

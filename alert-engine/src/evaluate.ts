import { randomUUID } from 'node:crypto'
import {
  type ISql,
  type Lease,
  Overtaken,
  pretendNow,
  readAlertsByFingerprint,
  type RuleRuntime,
  findEvidence,
  type Sql,
  type TransactionSql,
  writeEvaluation,
} from '@trunkline/api/repository'
import type { ToldRule } from './notify/told-transition.ts'
import { proposeActions } from './actions/propose-actions.ts'
import { type Decision, decide, type Known } from './decide.ts'
import { findMissing, findOpeners, findRows, type FoundRow } from './found-rows.ts'
import { createThresholds } from './overrides.ts'
import type { PreparedRule } from './prepared-rule.ts'
import { type Bounds, readRule } from './read-rule.ts'
import { type OneTransition, planTelling } from './tell.ts'

export interface Evaluator {
  sql: Sql
  lease: Lease
  /** Right of the @ in Message-IDs. */
  mailDomain: string
  /** The past or future that a case is run in; the repository's clock without it. */
  now?: Date
  /** Kept between evaluations, so that most read only rows that matter. */
  bounds?: Map<string, Bounds>
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
  const found =
    (await findWithoutRise(evaluator, rule)) ??
    (await evaluator.sql.begin('isolation level repeatable read read only', (sql) =>
      findAll(evaluator, sql, rule),
    ))
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

/** Most evaluations raise nothing and need one statement; undefined when more is to be looked up. */
async function findWithoutRise(
  evaluator: Evaluator,
  rule: PreparedRule,
): Promise<Found | undefined> {
  if (evaluator.now !== undefined) return undefined
  const known = await readKnown(evaluator, evaluator.sql, rule)
  if (newcomersOf(known).length > 0) return undefined
  const decisions = decide({ ...known, closed: [], newId: randomUUID })
  const transitions = decisions.flatMap((one) => one.transitions.map((each) => plain(one, each)))
  if (transitions.some(({ transition }) => isRise(transition))) return undefined
  return { now: known.now, rows: known.rows.length, decisions, transitions }
}

/** The same in a snapshot that also holds evidence, and what closed alerts were. */
async function findAll(
  evaluator: Evaluator,
  sql: TransactionSql,
  rule: PreparedRule,
): Promise<Found> {
  const { warn } = evaluator
  if (evaluator.now !== undefined) await pretendNow({ sql }, evaluator.now)
  const known = await readKnown(evaluator, sql, rule)
  const fingerprints = newcomersOf(known).map(({ fingerprint }) => fingerprint)
  const closed = await readAlertsByFingerprint({ sql }, { rule: rule.name, fingerprints })
  const decisions = decide({ ...known, closed, newId: randomUUID })
  const transitions: OneTransition[] = []
  for (const decision of decisions) {
    transitions.push(...(await explain({ sql, rule, warn, decision })))
  }
  return { now: known.now, rows: known.rows.length, decisions, transitions }
}

async function readKnown(
  { warn, bounds = new Map<string, Bounds>() }: Evaluator,
  sql: ISql,
  rule: PreparedRule,
): Promise<Omit<Known, 'closed' | 'newId'>> {
  const complain = (problem: string): void => warn('override_unreadable', { problem })
  const read = await readRule({ sql, bounds }, rule, (overrides) =>
    createThresholds(rule, overrides, complain),
  )
  const { rows, duplicates } = findRows(rule, read.rows)
  if (duplicates > 0) warn('rows_of_one_identity', { rule: rule.name, duplicates })
  return { ...read, rule, rows }
}

function newcomersOf(known: Omit<Known, 'closed' | 'newId'>): FoundRow[] {
  return [...findOpeners(known), ...findMissing(known)]
}

function isRise({ kind }: { kind: string }): boolean {
  return kind === 'raised' || kind === 'level_up' || kind === 'unmuted'
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

import { randomUUID } from 'node:crypto'
import {
  type ISql,
  type Lease,
  Overtaken,
  pretendNow,
  readAlertsByFingerprint,
  type Sql,
  type TransactionSql,
} from '@trunkline/api/repository'
import { type Decision, decide, type Known } from './decide.ts'
import { explainAll, isRise } from './explain.ts'
import { findMissing, findOpeners, findRows, type FoundRow } from './found-rows.ts'
import { createThresholds } from './overrides.ts'
import type { PreparedRule } from './prepared-rule.ts'
import { type Bounds, readRule } from './read-rule.ts'
import { type OneTransition, plainTransition } from './tell.ts'
import { writeDecisions } from './write-decisions.ts'

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
  const transitions = decisions.flatMap((one) =>
    one.transitions.map((each) => plainTransition(one, each)),
  )
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
  const transitions = await explainAll({ sql, rule, warn }, decisions)
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

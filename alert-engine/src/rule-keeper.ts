import {
  Fenced,
  isRepositoryUnavailable,
  type Lease,
  Overtaken,
  saveRuntime,
  type Sql,
} from '@trunkline/api/repository'
import { closeOrphans, failRule } from './close-alerts.ts'
import { type Evaluator, evaluateRule } from './evaluate.ts'
import type { EngineMetrics } from './engine-metrics.ts'
import type { Leadership } from './leadership.ts'
import type { PreparedRule } from './prepared-rule.ts'

/** How an evaluation ended: nothing changed, some alert did, or it is to be done again. */
export type Outcome = 'same' | 'changed' | 'again'

export interface KeeperContext {
  sql: Sql
  rules: readonly PreparedRule[]
  leadership: Leadership
  mailDomain: string
  metrics: EngineMetrics
  log: (event: string, fields: Record<string, unknown>) => void
}

export interface RuleKeeper {
  /** Never throws. */
  evaluate(rule: PreparedRule, lease: Lease): Promise<Outcome>
  tidy(lease: Lease | undefined): Promise<void>
  /** Monotonic milliseconds before which asking the repository again is of no use. */
  awayUntil(): number
  lastContactAt(): number
}

const runtimeEveryMs = 5_000
const longestAwayMs = 5_000

/** Evaluates and keeps the books: errors, the repository's absence, how each rule last went. */
export function createRuleKeeper(context: KeeperContext): RuleKeeper {
  const { metrics, rules, log } = context
  const savedAt = new Map<string, number>()
  let awayUntil = 0
  let timesAway = 0
  let contactAt = Date.now()
  const bounds: Evaluator['bounds'] = new Map()
  const evaluatorOf = (lease: Lease): Evaluator => ({ ...context, lease, bounds, warn: log })

  const evaluate = async (rule: PreparedRule, lease: Lease): Promise<Outcome> => {
    try {
      const done = await evaluateRule(evaluatorOf(lease), rule)
      timesAway = 0
      contactAt = Date.now()
      metrics.evaluated(rule.name, done)
      if (performance.now() - (savedAt.get(rule.name) ?? -Infinity) > runtimeEveryMs) {
        savedAt.set(rule.name, performance.now())
        await saveHealthy(context, lease, { rule: rule.name, ...done })
      }
      return done.transitions > 0 ? 'changed' : 'same'
    } catch (error) {
      if (isRepositoryUnavailable(error)) {
        timesAway += 1
        awayUntil = performance.now() + Math.min(250 * 2 ** Math.min(timesAway, 5), longestAwayMs)
      }
      return await complain({ context, rule, evaluator: evaluatorOf(lease), error })
    }
  }
  const tidy = async (lease: Lease | undefined): Promise<void> => {
    if (lease === undefined) return
    await closeOrphans(evaluatorOf(lease), rules).catch((error: unknown) =>
      log('tidying_failed', { error: String(error) }),
    )
  }
  return { evaluate, tidy, awayUntil: () => awayUntil, lastContactAt: () => contactAt }
}

async function saveHealthy(
  { sql }: KeeperContext,
  lease: Lease,
  { rule, durationMs, rows }: { rule: string; durationMs: number; rows: number },
): Promise<void> {
  await saveRuntime(
    { sql, lease },
    { rule, evaluatedAt: new Date(), durationMs, rows, error: null },
  )
}

async function complain(given: {
  context: KeeperContext
  rule: PreparedRule
  evaluator: Evaluator
  error: unknown
}): Promise<Outcome> {
  const { context, rule, evaluator, error } = given
  const { leadership, metrics, log } = context
  const fields = { rule: rule.name, error: String(error) }
  if (error instanceof Fenced) {
    leadership.lost()
    metrics.fenced()
    log('fenced', { ...fields, epoch: evaluator.lease.epoch })
    return 'again'
  }
  if (isRepositoryUnavailable(error)) {
    metrics.repositoryAway()
    log('repository_away', fields)
    return 'again'
  }
  if (error instanceof Overtaken) return 'again'
  metrics.failed(rule.name)
  log('rule_failed', fields)
  await failRule(evaluator, rule, fields.error).catch((cause: unknown) =>
    log('rule_failure_not_kept', { rule: rule.name, error: String(cause) }),
  )
  return 'same'
}

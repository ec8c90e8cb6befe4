import {
  type AlertRow,
  forgetAlerts,
  readLiveAlerts,
  readNow,
  readOrphanedAlerts,
  saveRuntime,
} from '@trunkline/api/repository'
import type { Observation, StepRule } from './alert-state.ts'
import type { Decision } from './decide.ts'
import type { Evaluator } from './evaluate.ts'
import type { ToldRule } from './notify/told-transition.ts'
import type { PreparedRule } from './prepared-rule.ts'
import { step } from './step.ts'
import { writeDecisions } from './write-decisions.ts'

/** A rule that cannot be evaluated: its alerts stay as they are, and say that nothing is known of them. */
export async function failRule(
  evaluator: Evaluator,
  rule: PreparedRule,
  error: string,
): Promise<void> {
  const { sql, lease } = evaluator
  const now = await readTime(evaluator)
  const alerts = await readLiveAlerts({ sql }, rule.name)
  const seen = { kind: 'unknown', at: now, health: 'error' } as const
  const decisions = decideAll(alerts, seen)
  const runtime = { rule: rule.name, evaluatedAt: new Date(now), durationMs: 0, rows: 0, error }
  if (decisions.length === 0) return await saveRuntime({ sql, lease }, runtime)
  await writeDecisions({ evaluator, rule, decisions, runtime })
}

/** Resolves the alerts of rules that the catalogue no longer has, and forgets those long closed. */
export async function closeOrphans(
  evaluator: Evaluator,
  rules: readonly PreparedRule[],
): Promise<void> {
  const { sql } = evaluator
  const orphans = await readOrphanedAlerts(
    { sql },
    rules.map(({ name }) => name),
  )
  const now = await readTime(evaluator)
  for (const [name, alerts] of Map.groupBy(orphans, ({ rule }) => rule)) {
    const decisions = decideAll(alerts, { kind: 'gone', at: now, reason: 'rule_removed' })
    const runtime = { rule: name, evaluatedAt: new Date(now), durationMs: 0, rows: 0, error: null }
    await writeDecisions({ evaluator, rule: removedRule(name), decisions, runtime })
  }
  await forgetAlerts({ sql })
}

async function readTime({ sql, now }: Evaluator): Promise<number> {
  return now?.getTime() ?? (await readNow({ sql }))
}

function decideAll(alerts: readonly AlertRow[], seen: Observation): Decision[] {
  return alerts.flatMap((alert) => {
    const { state, told } = step(noLevels, alert.state, seen)
    if (told.length === 0) return []
    return [
      {
        alert: { ...alert, state: { ...state, observedMs: { ...state.observedMs } } },
        isNew: false,
        fromSequence: alert.state.sequence,
        endsAcknowledgement: told.some(({ kind }) => kind === 'resolved'),
        transitions: told,
        instance: null,
        agent: null,
        mutedBy: null,
      },
    ]
  })
}

const noLevels: StepRule = { bars: [], keepFiringMs: 0, intervalMs: 0, onNoData: 'keep' }

function removedRule(name: string): ToldRule & { runbooks: [] } {
  return {
    name,
    code: '-',
    summary: 'This rule is no longer in the catalogue.',
    area: 'availability',
    unit: '',
    whatToDo: '',
    runbooks: [],
  }
}

import { type Lease, type RuleRuntime, type Sql, writeEvaluation } from '@trunkline/api/repository'
import type { Decision } from './decide.ts'
import type { ToldRule } from './notify/told-transition.ts'
import { type OneTransition, plainTransition, planTelling } from './tell.ts'

/** Writes what was decided about alerts of one rule, all of it or nothing. */
export async function writeDecisions(given: {
  evaluator: { sql: Sql; lease: Lease; mailDomain: string }
  rule: ToldRule
  decisions: readonly Decision[]
  runtime: RuleRuntime
  /** With evidence and runbooks, where there are any. */
  transitions?: readonly OneTransition[]
}): Promise<void> {
  const { evaluator, rule, decisions, runtime } = given
  const { sql, lease, mailDomain } = evaluator
  const transitions =
    given.transitions ??
    decisions.flatMap((one) => one.transitions.map((each) => plainTransition(one, each)))
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

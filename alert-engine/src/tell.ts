import type { ConditionRow, Lane, NotificationRoute, Plan } from '@trunkline/api/repository'
import type { DecidedTransition } from './alert-state.ts'
import type { Decision } from './decide.ts'
import { planNotifications } from './notify/plan.ts'
import type { ToldRule, ToldTransition } from './notify/told-transition.ts'

/** A transition with the alert it is of. */
export interface OneTransition {
  decision: Decision
  transition: DecidedTransition
  evidence: readonly Record<string, unknown>[]
  runbooks: ToldTransition['runbooks']
}

/** A transition that needs no explaining. */
export function plainTransition(decision: Decision, transition: DecidedTransition): OneTransition {
  return { decision, transition, evidence: [], runbooks: [] }
}

/** What is told of an evaluation's transitions: a plan that awaits the routes and lanes of its transaction. */
export function planTelling(given: {
  rule: ToldRule
  all: readonly OneTransition[]
  mailDomain: string
}): Plan {
  const { rule, all, mailDomain } = given
  return ({ routes, lanes }: { routes: NotificationRoute[]; lanes: Lane[] }) => {
    const toTell = all.filter(({ transition }) => !transition.held)
    const plan = planNotifications({
      rule,
      transitions: toTell.map(toldTransition),
      routes,
      lanes,
      mailDomain,
    })
    const told = new Map(toTell.map((one, index) => [one, plan.told[index] ?? 'not_notifying']))
    return { ...plan, told: all.map((one) => told.get(one) ?? 'held:flapping') }
  }
}

function toldTransition({
  decision,
  transition,
  evidence,
  runbooks,
}: OneTransition): ToldTransition {
  const { alert } = decision
  return {
    alertId: alert.id,
    sequence: transition.sequence,
    episodeId: alert.episodeId,
    kind: kindTold(transition),
    fromLevel: transition.fromLevel,
    toLevel: transition.toLevel,
    maxLevel: alert.state.maxLevel,
    at: new Date(transition.at),
    raisedAt: date(alert.state.raisedAt),
    dataAt: date(transition.dataAt),
    value: transition.value,
    threshold: transition.threshold,
    message: alert.message,
    labels: alert.labels,
    evidence,
    instance: place(decision.instance),
    agent: place(decision.agent),
    reason: transition.reason,
    mutedBy: decision.mutedBy,
    runbooks,
  }
}

/** After flapping, what still fires is told as it now stands. */
function kindTold({ kind, toCondition }: DecidedTransition): string {
  return kind === 'flapping_ended' && toCondition === 'firing' ? 'level_up' : kind
}

function date(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms)
}

function place<Place extends ConditionRow['instance'] | ConditionRow['agent']>(one: Place): Place {
  return one
}

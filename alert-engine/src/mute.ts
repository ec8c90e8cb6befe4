import type { AlertRow, Firing } from '@trunkline/api/repository'
import type { AlertState, DecidedTransition } from './alert-state.ts'
import type { PreparedRule } from './prepared-rule.ts'

/** The rule that keeps an alert from being told: it fires for the same instance, or for the agent that watches it. */
export function findMute(given: {
  rule: Pick<PreparedRule, 'mutedBy'>
  firing: readonly Firing[]
  instanceId: number | null
  agentId: string | null
}): string | null {
  const { rule, firing, instanceId, agentId } = given
  const isHere = (one: Firing): boolean =>
    (one.instanceId !== null && one.instanceId === instanceId) ||
    (one.agentId !== null && one.agentId === agentId)
  return rule.mutedBy.find((name) => firing.some((one) => one.rule === name && isHere(one))) ?? null
}

/** What an alert remembers of its muting: which rule kept a rise from being told, until that is told. */
export function nextMute(given: {
  alert: AlertRow
  state: AlertState
  muter: string | null
  all: readonly DecidedTransition[]
}): string | null {
  const { alert, state, muter, all } = given
  if (state.condition === 'normal' || all.some(({ kind }) => kind === 'unmuted')) return null
  const isHeldBack =
    muter !== null && all.some(({ kind }) => kind === 'raised' || kind === 'level_up')
  return isHeldBack ? muter : alert.mutedBy
}

import type { AlertRow } from '@trunkline/api/repository'
import type { AlertState, DecidedTransition } from './alert-state.ts'

/** A message that was held back is told when nothing mutes it any longer; an acknowledgement ends with its time. */
export function extraTransitions(given: {
  alert: AlertRow
  state: AlertState
  muter: string | null
  now: number
  transitions: readonly DecidedTransition[]
}): DecidedTransition[] {
  const { alert, state, muter, now, transitions } = given
  const isFiring = state.condition === 'firing'
  const hasResolved = transitions.some(({ kind }) => kind === 'resolved')
  const kinds: ['unmuted' | 'unacknowledged', string][] = []
  if (alert.mutedBy !== null && muter === null && isFiring) kinds.push(['unmuted', 'mute_ended'])
  const { acknowledgedUntil } = alert
  if (acknowledgedUntil !== null && acknowledgedUntil <= now && !hasResolved) {
    kinds.push(['unacknowledged', 'time_over'])
  }
  return kinds.map(([kind, reason], index) => ({
    sequence: state.sequence + index + 1,
    at: now,
    kind,
    fromCondition: state.condition,
    toCondition: state.condition,
    fromLevel: state.level,
    toLevel: state.level,
    reason,
    value: state.value,
    threshold: state.threshold,
    dataAt: state.dataAt,
    held: false,
  }))
}

import type { AlertChange, AlertRow, ConditionRow, Firing, Target } from '@trunkline/api/repository'
import { renderMessage } from '@trunkline/rules'
import type { AlertState, DecidedTransition, Observation } from './alert-state.ts'
import { extraTransitions } from './extra-transitions.ts'
import {
  findMissing,
  findOpeners,
  type FoundRow,
  labelsOf,
  newAlert,
  sampleTime,
} from './found-rows.ts'
import { judgeHealth, judgeSilence } from './judge.ts'
import { findMute, nextMute } from './mute.ts'
import type { Thresholds } from './overrides.ts'
import type { PreparedRule } from './prepared-rule.ts'
import { step } from './step.ts'
import { isWorthKeeping } from './worth-keeping.ts'

/** All that one evaluation of one rule goes by; read in one snapshot. */
export interface Known {
  rule: PreparedRule
  thresholds: Thresholds
  now: number
  rows: readonly FoundRow[]
  live: readonly AlertRow[]
  /** Closed alerts of the rows' fingerprints. */
  closed: readonly AlertRow[]
  targets: readonly Target[]
  firing: readonly Firing[]
  newId: () => string
}

/** What an evaluation found out about one alert. */
export interface Decision extends AlertChange {
  transitions: readonly DecidedTransition[]
  instance: ConditionRow['instance']
  agent: ConditionRow['agent']
  mutedBy: string | null
}

/** The next state of every alert of a rule that changes, with its transitions. Pure. */
export function decide(known: Known): Decision[] {
  const rows = new Map(known.rows.map((row) => [row.fingerprint, row]))
  const closed = new Map(known.closed.map((alert) => [alert.fingerprint, alert]))
  const targets = new Map(known.targets.map((target) => [targetKey(target), target]))
  const decideLive = known.live.map((alert) => {
    const row = rows.get(alert.fingerprint)
    const hostId = alert.identity['host_id'] ?? null
    const target = targets.get(targetKey({ ...alert, hostId }))
    return decideOne({
      known,
      alert,
      isNew: false,
      row,
      target,
      seen: look({ known, alert, row, target }),
    })
  })
  const opened = [...findOpeners(known), ...findMissing(known)].map((row) => {
    const alert = closed.get(row.fingerprint)
    const seen: Observation = valueSeen(row, known.now) ?? noData(known.now)
    return decideOne({
      known,
      alert: alert ?? newAlert(known.rule, row, known.newId()),
      isNew: alert === undefined,
      row,
      target: undefined,
      seen: [seen],
    })
  })
  return [...decideLive, ...opened].filter((decision) => decision !== undefined)
}

interface Look {
  known: Known
  alert: AlertRow
  row: FoundRow | undefined
  target: Target | undefined
}

/** What is new about a live alert. */
function look({ known: { rule, thresholds, now }, alert, row, target }: Look): Observation[] {
  if (thresholds.of(alert.instanceId).bars.length === 0) {
    return [{ kind: 'gone', at: now, reason: 'rule_disabled' }]
  }
  const silence = judgeSilence(rule, target, now)
  if (row === undefined) return silence === undefined ? [] : [silence]
  const seen = valueSeen(row, now)
  if (seen === undefined) return [noData(now)]
  const isNew = alert.state.dataAt === null || seen.at > alert.state.dataAt
  if (!isNew) return silence?.kind === 'unknown' ? [silence] : []
  return [{ ...seen, health: target === undefined ? 'ok' : judgeHealth(rule, target, now) }]
}

function noData(at: number): Observation {
  return { kind: 'unknown', at, health: 'no_data' }
}

function valueSeen({ row, value }: FoundRow, now: number) {
  return value === null ? undefined : ({ kind: 'value', at: sampleTime(row, now), value } as const)
}

function decideOne(
  given: Look & { isNew: boolean; seen: readonly Observation[] },
): Decision | undefined {
  const { known, alert, row, target, seen, isNew } = given
  const thresholds = known.thresholds.of(alert.instanceId)
  let state: AlertState = alert.state
  const transitions: DecidedTransition[] = []
  for (const observation of seen) {
    const next = step(thresholds, state, observation)
    state = next.state
    transitions.push(...next.told.map((one) => ({ ...one, at: known.now })))
  }
  const place = {
    instance: row?.instance ?? target?.instance ?? null,
    agent: row?.agent ?? target?.agent ?? null,
  }
  const muter = findMute({
    rule: known.rule,
    firing: known.firing,
    instanceId: alert.instanceId,
    agentId: place.agent?.id ?? alert.agentId,
  })
  const extra = extraTransitions({ alert, state, muter, now: known.now, transitions })
  if (!isNew && extra.length + transitions.length === 0 && !isWorthKeeping(alert.state, state))
    return undefined
  const all = [...transitions, ...extra]
  const isRaised = transitions.some(({ kind }) => kind === 'raised')
  return {
    alert: {
      ...alert,
      state: {
        ...state,
        observedMs: { ...state.observedMs },
        sequence: state.sequence + extra.length,
      },
      ...wordsOf({ known, row }, state),
      unit: known.rule.unit,
      episodeId: isRaised ? known.newId() : alert.episodeId,
      mutedBy: nextMute({ alert, state, muter, all }),
    },
    isNew,
    fromSequence: alert.state.sequence,
    endsAcknowledgement: all.some(({ kind }) => kind === 'resolved' || kind === 'unacknowledged'),
    transitions: all,
    ...place,
    mutedBy: muter,
  }
}

/** What was said while it held stays when it is over: the row that ends it would make nonsense of the message. */
function wordsOf({ known, row }: Pick<Look, 'known' | 'row'>, state: AlertState) {
  const holds = state.condition === 'pending' || state.condition === 'firing'
  if (row === undefined || !holds) return {}
  const labels = labelsOf(row)
  return { labels, message: renderMessage(known.rule.message, labels) }
}

function targetKey(target: {
  instanceId: number | null
  agentId: string | null
  hostId: unknown
}): string {
  return JSON.stringify([target.instanceId, target.agentId, target.hostId])
}

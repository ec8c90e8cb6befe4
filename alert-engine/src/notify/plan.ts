import type {
  Lane,
  NewNotification,
  NotificationRoute,
  SupersededLane,
} from '@trunkline/api/repository'
import { newNotification } from './new-notification.ts'
import type { ToldRule, ToldTransition } from './told-transition.ts'

export interface NotificationPlan {
  notifications: NewNotification[]
  supersede: SupersededLane[]
  /** For each transition, in order: `told`, or why not. Kept in `pemhistory.alert.told`. */
  told: string[]
}

/**
 * Which messages a rule's transitions make. Pure: the same input gives the same rows with the same ids.
 * `lanes` are those of the transitions' episodes, read in the same transaction by `readLanes`.
 */
export function planNotifications(given: {
  rule: ToldRule
  transitions: readonly ToldTransition[]
  routes: readonly NotificationRoute[]
  lanes: readonly Lane[]
  mailDomain: string
}): NotificationPlan {
  const plan: NotificationPlan = { notifications: [], supersede: [], told: [] }
  for (const transition of given.transitions) plan.told.push(tell(given, transition, plan))
  return plan
}

type Given = Parameters<typeof planNotifications>[0]
type Kind = NewNotification['kind']
interface Receiver {
  channelId: number
  receiver: string
}

function tell(given: Given, transition: ToldTransition, plan: NotificationPlan): string {
  const { episodeId } = transition
  const { rule, mailDomain } = given
  const kind = messageKind(transition.kind)
  if (kind === undefined || episodeId === null) return 'not_notifying'
  if (transition.mutedBy !== null && kind !== 'resolved') return `muted_by:${transition.mutedBy}`
  const lanes = lanesOf(given, plan, episodeId)
  const { receivers, otherwise } = receiversOf({ kind, given, transition, lanes })
  const overtaken = lanes.filter(
    (lane) => lane.waiting && (kind === 'resolved' || isIn(receivers, lane)),
  )
  plan.supersede.push(
    ...overtaken.map((lane) => ({ ...laneKey(lane), beforeSequence: transition.sequence })),
  )
  for (const receiver of receivers) {
    const lane = lanes.find((one) => isIn([receiver], one))
    plan.notifications.push(
      newNotification({ kind, episodeId, rule, mailDomain, transition, receiver, lane }),
    )
  }
  return receivers.length > 0 ? 'told' : otherwise
}

/** The lanes as the transaction found them, with what this very plan adds: an alert may rise and resolve in one pass. */
function lanesOf(given: Given, plan: NotificationPlan, episodeId: string): Lane[] {
  const known = given.lanes.filter((lane) => lane.episodeId === episodeId)
  const planned = plan.notifications.filter((row) => row.episodeId === episodeId)
  const fresh = planned.filter((row) => !isIn(known, row))
  const grown = known.map((lane) => ({ ...lane, waiting: lane.waiting || isIn(planned, lane) }))
  const added = fresh.map((row) => ({
    ...laneKey(row),
    rootMessageId: null,
    subject: row.subject,
    seen: false,
    tried: false,
    waiting: true,
  }))
  return [
    ...grown,
    ...new Map(added.map((lane) => [`${lane.channelId} ${lane.receiver}`, lane])).values(),
  ]
}

/**
 * A raise and a rise go where a route says. Lower and resolved go to exactly those who may have seen the alert; and
 * resolved also to whom delivery was tried in vain, since their earlier message is superseded by this one.
 */
function receiversOf(asked: {
  kind: Kind
  given: Given
  transition: ToldTransition
  lanes: readonly Lane[]
}): { receivers: Receiver[]; otherwise: string } {
  const { kind, given, transition, lanes } = asked
  if (kind === 'resolved') {
    const otherwise = lanes.some((lane) => lane.waiting) ? 'superseded' : 'never_told'
    return { receivers: lanes.filter((lane) => lane.seen || lane.tried), otherwise }
  }
  if (kind === 'level_down') {
    const receivers = lanes.filter((lane) => lane.seen || lane.tried || lane.waiting)
    return { receivers, otherwise: 'never_told' }
  }
  const routes = given.routes.filter(({ rule }) => rule === null || rule === given.rule.name)
  const matching = routes.filter(({ minLevel }) => transition.toLevel >= minLevel)
  const receivers = matching.flatMap(({ channelId, receivers: names }) =>
    names.map((receiver) => ({ channelId, receiver })),
  )
  return {
    receivers: distinct(receivers),
    otherwise: routes.length > 0 ? 'below_route' : 'no_route',
  }
}

/** What muting held back is told as a raise when the muting ends. */
function messageKind(kind: string): Kind | undefined {
  return kind === 'unmuted' ? 'raised' : kinds.find((one) => one === kind)
}

const kinds = ['raised', 'level_up', 'level_down', 'resolved'] as const

function isIn(all: readonly Receiver[], one: Receiver): boolean {
  return all.some((each) => each.channelId === one.channelId && each.receiver === one.receiver)
}

function distinct(receivers: readonly Receiver[]): Receiver[] {
  return receivers.filter((one, index) => !isIn(receivers.slice(0, index), one))
}

function laneKey(lane: Receiver & { episodeId: string }) {
  return { episodeId: lane.episodeId, channelId: lane.channelId, receiver: lane.receiver }
}

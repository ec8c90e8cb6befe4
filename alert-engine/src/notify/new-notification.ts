import { createHash } from 'node:crypto'
import type { Lane, NewNotification } from '@trunkline/api/repository'
import { cleanLine, cleanText } from './clean.ts'
import type { ToldRule, ToldTransition } from './told-transition.ts'

type Kind = NewNotification['kind']

/** The spool row of a message, with everything its text is made from. */
export function newNotification(made: {
  kind: Kind
  episodeId: string
  rule: ToldRule
  mailDomain: string
  transition: ToldTransition
  receiver: { channelId: number; receiver: string }
  lane: Lane | undefined
}): NewNotification {
  const { kind, episodeId, transition, receiver, lane } = made
  const id = stableId([
    transition.alertId,
    transition.sequence,
    receiver.channelId,
    receiver.receiver,
  ])
  return {
    id,
    alertId: transition.alertId,
    sequence: transition.sequence,
    episodeId,
    channelId: receiver.channelId,
    receiver: receiver.receiver,
    kind,
    messageId: `<${id}@${made.mailDomain}>`,
    inReplyTo: lane?.rootMessageId ?? null,
    subject: subjectOf(made),
    body: bodyOf(kind, made.rule, transition),
  }
}

const levelNames = ['normal', 'info', 'warning', 'critical'] as const

/** What follows the first bracket stays the same for an episode, so that clients that thread by subject do. */
function subjectOf(made: Parameters<typeof newNotification>[0]): string {
  const { kind, episodeId, rule, transition, lane } = made
  const state = kind === 'resolved' ? 'resolved' : (levelNames[transition.toLevel] ?? 'firing')
  const tail = lane?.subject.replace(/^\[[a-z]+\] /, '') ?? newTail(rule, transition, episodeId)
  return `[${state}] ${tail}`
}

function newTail(rule: ToldRule, transition: ToldTransition, episodeId: string): string {
  const message = cleanLine(transition.message, 120) || cleanLine(rule.summary, 120)
  const place = cleanLine(transition.instance?.name ?? transition.agent?.name ?? '', 63)
  const where = place === '' || message.includes(place) ? '' : `${place}: `
  return `${where}${message} #${episodeId.slice(0, 6)}`
}

function bodyOf(kind: Kind, rule: ToldRule, transition: ToldTransition): NewNotification['body'] {
  return {
    kind,
    rule: rule.name,
    code: rule.code,
    summary: rule.summary,
    area: rule.area,
    unit: rule.unit,
    whatToDo: rule.whatToDo,
    fromLevel: transition.fromLevel,
    toLevel: transition.toLevel,
    maxLevel: transition.maxLevel,
    at: transition.at.toISOString(),
    raisedAt: transition.raisedAt?.toISOString() ?? null,
    dataAt: transition.dataAt?.toISOString() ?? null,
    value: transition.value,
    threshold: transition.threshold,
    message: cleanText(transition.message, 2_000),
    reason: transition.reason,
    labels: transition.labels,
    evidence: transition.evidence.slice(0, 20),
    instance: transition.instance,
    agent: transition.agent,
    runbooks: [...transition.runbooks],
  }
}

/** A UUID (version 8) of what makes a notification one: replanning after a crash makes the same Message-ID. */
function stableId(parts: readonly (string | number)[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest('hex')
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `a${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-')
}

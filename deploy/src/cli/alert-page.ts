import type { AlertDetail } from '@trunkline/api/client'
import { ageOf, humaneSeconds } from './humane.ts'
import { cellOf, pairs, table } from './table.ts'

/** All that is known of one alert, in sections. */
export function alertPage(alert: AlertDetail, width: number | undefined): string {
  return [
    factsOf(alert),
    table(
      ['at', 'what', 'from', 'to', 'reason', 'told'],
      alert.transitions.map((one) => [
        one.at,
        one.kind,
        one.fromCondition,
        one.toCondition,
        one.reason,
        one.told,
      ]),
      width,
    ),
    evidenceOf(alert, width),
    messagesOf(alert, width),
    table(
      ['action', 'runbook', 'dry run', 'state', 'by'],
      alert.actions.map((one) => [one.id, one.runbook, one.dryRun, one.state, one.requestedBy]),
      width,
    ),
  ].join('\n\n')
}

function factsOf(alert: AlertDetail): string {
  const { acknowledged, value, raisedAt } = alert
  return pairs([
    ['alert', alert.id],
    ['message', alert.message],
    ['rule', `${alert.code} ${alert.rule}: ${alert.summary}`],
    ['instance', alert.instance?.name ?? alert.agent?.name],
    ['level', alert.levelName],
    ['condition', alert.condition],
    ['health', alert.health],
    [
      'value',
      value === null || alert.unit === ''
        ? null
        : `${String(value)} ${alert.unit}, threshold ${String(alert.threshold)}`,
    ],
    ['raised', raisedAt === null ? null : `${raisedAt} (${ageOf(raisedAt, new Date())})`],
    ['resolved', alert.resolvedAt],
    ['acknowledged', acknowledged ? `by ${acknowledged.by}: ${acknowledged.note ?? ''}` : null],
    ['not told', alert.muted],
    ['what to do', alert.whatToDo.trim().replace(/\s+/g, ' ')],
  ])
}

function evidenceOf({ evidence }: AlertDetail, width: number | undefined): string {
  const [first] = evidence
  if (first === undefined) return 'No evidence rows.'
  const columns = Object.keys(first)
  return table(
    columns,
    evidence.map((row) => columns.map((column) => cellOf(row[column]))),
    width,
  )
}

function messagesOf(alert: AlertDetail, width: number | undefined): string {
  return table(
    ['message', 'to', 'state', 'took', 'subject'],
    alert.notifications.map((one) => [
      one.kind,
      one.receiver,
      one.state,
      one.sentAt === null
        ? null
        : humaneSeconds((Date.parse(one.sentAt) - Date.parse(one.createdAt)) / 1_000),
      one.subject,
    ]),
    width,
  )
}

import type { Alert } from '@trunkline/api/client'
import type { Command } from 'commander'
import { allOf, answerOf } from '../api-access.ts'
import { alertPage } from './alert-page.ts'
import { listLimit } from './arguments.ts'
import { CommandFailed, jsonOption, type Cli } from './context.ts'
import { ageOf } from './humane.ts'
import { findInstance } from './instances.ts'
import { table } from './table.ts'

const states = ['open', 'firing', 'pending', 'resolved', 'all'] as const
const levels = ['info', 'warning', 'critical'] as const

export function addAlertCommands(program: Command, cli: Cli): void {
  const group = program.command('alert').description('what is wrong now, and was')

  group
    .command('list')
    .description('list alerts, those that are open unless --state says otherwise')
    .option('--state <state>', states.join(', '), 'open')
    .option('--level <level>', `only this level: ${levels.join(', ')}`)
    .option('--instance <instance>', 'only of this instance (number or name)')
    .option('--limit <count>', 'at most so many', listLimit, 200)
    .option(...jsonOption)
    .action(async (options: ListOptions) => {
      const items = await listAlerts(cli, options)
      cli.show(options, { items, next: null }, () => alertsTable(items, cli.columns))
    })

  group
    .command('show <alert>')
    .description('show an alert with its history, evidence, messages and actions')
    .option(...jsonOption)
    .action(async (id: string, options: { json?: boolean }) => {
      const alert = await answerOf(cli.api().alerts[':id'].$get({ param: { id } }))
      cli.show(options, alert, () => alertPage(alert, cli.columns))
    })

  group
    .command('ack <alert>')
    .description('acknowledge an alert: somebody works on it')
    .option('--note <text>', 'what others should know')
    .option('--until <time>', 'when the acknowledgement ends, as in 2026-01-31T18:00:00Z')
    .option('--undo', 'take the acknowledgement back')
    .option(...jsonOption)
    .action(async (id: string, options: AckOptions) => {
      const alert = await acknowledge(cli, id, options)
      cli.show(options, alert, () =>
        alert.acknowledged
          ? `Acknowledged by ${alert.acknowledged.by}: ${alert.message}`
          : `Not acknowledged: ${alert.message}`,
      )
    })
}

interface ListOptions {
  state: string
  level?: string
  instance?: string
  limit: number
  json?: boolean
}

interface AckOptions {
  note?: string
  until?: string
  undo?: boolean
  json?: boolean
}

async function listAlerts(cli: Cli, options: ListOptions): Promise<Alert[]> {
  const api = cli.api()
  const query = {
    state: oneOf('--state', states, options.state),
    ...(options.level === undefined ? {} : { level: oneOf('--level', levels, options.level) }),
    ...(options.instance === undefined
      ? {}
      : { instance: String((await findInstance(api, options.instance)).id) }),
  }
  return allOf(
    (cursor) => answerOf(api.alerts.$get({ query: { ...query, ...(cursor ? { cursor } : {}) } })),
    options.limit,
  )
}

function oneOf<const T extends string>(flag: string, known: readonly T[], text: string): T {
  const found = known.find((one) => one === text)
  if (found === undefined)
    throw new CommandFailed(`${flag} must be one of ${known.join(', ')}, not "${text}".`)
  return found
}

function acknowledge(cli: Cli, id: string, options: AckOptions): Promise<Alert> {
  const route = cli.api().alerts[':id'].acknowledge
  if (options.undo) return answerOf(route.$delete({ param: { id } }))
  const json = {
    ...(options.note === undefined ? {} : { note: options.note }),
    ...(options.until === undefined ? {} : { until: options.until }),
  }
  return answerOf(route.$post({ param: { id }, json }))
}

function alertsTable(items: Alert[], width: number | undefined): string {
  if (items.length === 0) return 'No alerts.'
  const now = new Date()
  return table(
    ['id', 'level', 'condition', 'instance', 'rule', 'since', 'ack', 'message'],
    items.map((alert) => [
      alert.id,
      alert.levelName,
      alert.health === 'ok' ? alert.condition : `${alert.condition}, ${alert.health}`,
      alert.instance?.name ?? alert.agent?.name,
      alert.rule,
      ageOf(alert.raisedAt ?? alert.pendingSince, now),
      alert.acknowledged?.by,
      alert.message,
    ]),
    width,
  )
}

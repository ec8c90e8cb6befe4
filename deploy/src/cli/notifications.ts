import type { Command } from 'commander'
import { notificationStates } from '@trunkline/api/client'
import { z } from 'zod'
import { allOf, answerOf } from '../api-access.ts'
import { listLimit } from './arguments.ts'
import { CommandFailed, jsonOption, type Cli } from './context.ts'
import { table } from './table.ts'

const stateSchema = z.enum(['open', ...notificationStates])

export function addNotificationCommands(program: Command, cli: Cli): void {
  const group = program.command('notification').description('messages and what became of them')

  group
    .command('list')
    .description('list messages, the newest first')
    .option('--state <state>', stateSchema.options.join(', '))
    .option('--limit <count>', 'at most so many', listLimit, 100)
    .option(...jsonOption)
    .action(async (options: { state?: string; limit: number; json?: boolean }) => {
      const state = stateSchema.optional().safeParse(options.state)
      if (!state.success)
        throw new CommandFailed(`--state must be one of ${stateSchema.options.join(', ')}.`)
      const filter = state.data === undefined ? {} : { state: state.data }
      const items = await allOf(
        (cursor) =>
          answerOf(
            cli.api().notifications.$get({ query: { ...filter, ...(cursor ? { cursor } : {}) } }),
          ),
        options.limit,
      )
      cli.show(options, { items, next: null }, () =>
        table(
          ['id', 'created', 'kind', 'to', 'state', 'tries', 'error', 'subject'],
          items.map((one) => [
            one.id,
            one.createdAt,
            one.kind,
            one.receiver,
            one.state,
            one.attempts,
            one.lastError,
            one.subject,
          ]),
          cli.columns,
        ),
      )
    })

  group
    .command('retry <notification>')
    .description('try a dead message again')
    .option(...jsonOption)
    .action(async (id: string, options: { json?: boolean }) => {
      const again = await answerOf(cli.api().notifications[':id'].retry.$post({ param: { id } }))
      cli.show(options, again, () => `Message ${id} will be tried again.`)
    })
}

import type { Command } from 'commander'
import { answerOf } from '../api-access.ts'
import { CommandFailed, jsonOption, type Cli } from './context.ts'
import { table } from './table.ts'

export function addChannelCommands(program: Command, cli: Cli): void {
  const group = program.command('channel').description('where messages go')

  group
    .command('list')
    .description('list the channels')
    .option(...jsonOption)
    .action(async (options: { json?: boolean }) => {
      const { items } = await answerOf(cli.api().channels.$get())
      cli.show(options, { items, next: null }, () =>
        items.length === 0
          ? 'No channels: set TRUNKLINE_SMTP_URL, TRUNKLINE_MAIL_FROM and TRUNKLINE_MAIL_TO and start again.'
          : table(
              ['id', 'name', 'kind', 'enabled', 'receivers'],
              items.map((one) => [
                one.id,
                one.name,
                one.kind,
                one.enabled,
                one.receivers.join(', '),
              ]),
              cli.columns,
            ),
      )
    })

  group
    .command('test <channel>')
    .description('send a test message to every receiver of a channel (number or name)')
    .option(...jsonOption)
    .action(async (which: string, options: { json?: boolean }) => {
      const api = cli.api()
      const { items } = await answerOf(api.channels.$get())
      const channel = items.find((one) => one.name === which || String(one.id) === which)
      if (!channel)
        throw new CommandFailed(`There is no channel "${which}"; see: npx trunkline channel list`)
      const { results } = await answerOf(
        api.channels[':id'].test.$post({ param: { id: String(channel.id) } }),
      )
      cli.show(options, { results }, () =>
        table(
          ['receiver', 'accepted', 'reply'],
          results.map((one) => [one.receiver, one.ok, one.reply]),
          cli.columns,
        ),
      )
      if (results.some((one) => !one.ok))
        throw new CommandFailed('Not every receiver was accepted.')
    })
}

import type { Command } from 'commander'
import { z } from 'zod'
import { answerOf } from '../api-access.ts'
import { CommandFailed, jsonOption, type Cli } from './context.ts'
import { table } from './table.ts'

const roleSchema = z.enum(['viewer', 'responder', 'operator', 'admin'])

export function addUserCommands(program: Command, cli: Cli): void {
  const group = program.command('user').description('who may sign in')

  group
    .command('add <name>')
    .description('add an account and print its one-time sign-in link')
    .option('--role <role>', roleSchema.options.join(', '), 'viewer')
    .option(...jsonOption)
    .action(async (name: string, options: { role: string; json?: boolean }) => {
      const role = roleSchema.safeParse(options.role)
      if (!role.success)
        throw new CommandFailed(`--role must be one of ${roleSchema.options.join(', ')}.`)
      const made = await answerOf(cli.api().users.$post({ json: { name, role: role.data } }))
      cli.show(
        options,
        made,
        () =>
          `Give ${made.user.name} this link, valid once, before ${made.expiresAt}:\n${made.signInUrl}`,
      )
    })

  group
    .command('list')
    .description('list the accounts')
    .option(...jsonOption)
    .action(async (options: { json?: boolean }) => {
      const { items } = await answerOf(cli.api().users.$get())
      cli.show(options, { items, next: null }, () =>
        table(
          ['id', 'name', 'role', 'password', 'created', 'disabled'],
          items.map((one) => [
            one.id,
            one.name,
            one.role,
            one.hasPassword ? 'set' : 'not set',
            one.createdAt,
            one.disabledAt,
          ]),
          cli.columns,
        ),
      )
    })

  addLinkCommand(group, cli)
}

function addLinkCommand(group: Command, cli: Cli): void {
  group
    .command('link [name]')
    .description('print a new one-time sign-in link, for an account or for the administrator')
    .option(...jsonOption)
    .action(async (name: string | undefined, options: { json?: boolean }) => {
      const link = await answerOf(
        cli.api()['sign-in-links'].$post({ json: name === undefined ? {} : { name } }),
      )
      cli.show(options, link, () => `${link.url}\nvalid once, before ${link.expiresAt}`)
    })
}

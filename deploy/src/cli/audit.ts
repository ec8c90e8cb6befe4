import type { Command } from 'commander'
import { allOf, answerOf } from '../api-access.ts'
import { listLimit } from './arguments.ts'
import { CommandFailed, jsonOption, type Cli } from './context.ts'
import { table } from './table.ts'

export function addAuditCommands(program: Command, cli: Cli): void {
  const group = program.command('audit').description('who did what, in a chain of hashes')

  group
    .command('list')
    .description('list the newest audit records')
    .option('--limit <count>', 'at most so many', listLimit, 50)
    .option(...jsonOption)
    .action(async (options: { limit: number; json?: boolean }) => {
      const items = await allOf(
        (cursor) => answerOf(cli.api().audit.$get({ query: cursor ? { cursor } : {} })),
        options.limit,
      )
      cli.show(options, { items, next: null }, () =>
        table(
          ['sequence', 'at', 'by', 'what', 'subject', 'detail'],
          items.map((row) => [
            row.sequence,
            row.at,
            row.actor,
            row.kind,
            row.subject,
            JSON.stringify(row.detail),
          ]),
          cli.columns,
        ),
      )
    })

  group
    .command('verify')
    .description('check that no audit record was changed or removed')
    .option(...jsonOption)
    .action(async (options: { json?: boolean }) => {
      const verdict = await answerOf(cli.api().audit.verify.$get())
      const records = `${String(verdict.rows)} records`
      cli.show(options, verdict, () =>
        verdict.ok ? `The chain of ${records} is whole.` : `${records} were read.`,
      )
      if (!verdict.ok)
        throw new CommandFailed(`The chain is broken at record ${String(verdict.brokenAt)}.`)
    })
}

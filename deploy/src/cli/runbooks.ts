import type { RunbookDescription } from '@trunkline/api/client'
import type { Command } from 'commander'
import { answerOf } from '../api-access.ts'
import { jsonOption, type Cli } from './context.ts'
import { pairs, table } from './table.ts'

export function addRunbookCommands(program: Command, cli: Cli): void {
  const group = program.command('runbook').description('what may be run to mend things')

  group
    .command('list')
    .description('list the runbooks')
    .option(...jsonOption)
    .action(async (options: { json?: boolean }) => {
      const { items } = await answerOf(cli.api().runbooks.$get())
      cli.show(options, { items, next: null }, () =>
        table(
          ['name', 'risk', 'parameters', 'signed', 'summary'],
          items.map((one) => [
            one.name,
            one.risk,
            Object.keys(one.parameters).join(', '),
            one.signedAt,
            one.summary,
          ]),
          cli.columns,
        ),
      )
    })

  group
    .command('show <runbook>')
    .description('show a runbook with its SQL')
    .option(...jsonOption)
    .action(async (name: string, options: { json?: boolean }) => {
      const runbook = await answerOf(cli.api().runbooks[':name'].$get({ param: { name } }))
      cli.show(options, runbook, () => describe(runbook))
    })
}

function describe(runbook: RunbookDescription): string {
  const parameters = Object.entries(runbook.parameters).map(
    ([name, one]) => [`--set ${name}=`, `${one.type}: ${one.description}`] as const,
  )
  const head = pairs([
    ['name', runbook.name],
    ['version', runbook.version],
    ['summary', runbook.summary],
    ['risk', runbook.risk],
    ['deadline', runbook.deadline],
    [
      'signed',
      runbook.signedAt === null ? null : `${runbook.signedAt} by key ${runbook.keyId ?? ''}`,
    ],
    ...parameters,
  ])
  const steps = runbook.steps.map((step) =>
    step.kind === 'sql'
      ? `${step.says}\n-- dry run:\n${step.preview.trim()}\n-- run:\n${step.sql.trim()}`
      : `${step.says}\n-- set on that host by: npx trunkline agent allow`,
  )
  return [
    head,
    ...steps,
    `-- proof, within ${runbook.verify.within}: no rows of\n${runbook.verify.sql.trim()}`,
  ].join('\n\n')
}

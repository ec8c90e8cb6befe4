import { actionStates, type Action } from '@trunkline/api/client'
import type { Command } from 'commander'
import { z } from 'zod'
import { allOf, answerOf } from '../api-access.ts'
import { actionPage } from './action-page.ts'
import { followAction } from './action-progress.ts'
import { listLimit } from './arguments.ts'
import { CommandFailed, jsonOption, type Cli } from './context.ts'
import { findInstance } from './instances.ts'
import { table } from './table.ts'

export function addActionCommands(program: Command, cli: Cli): void {
  const group = program.command('action').description('runs of runbooks')
  addRunCommand(group, cli)

  group
    .command('list')
    .description('list actions, the newest first')
    .option('--state <state>', 'only in this state, or `open`')
    .option('--instance <instance>', 'only on this instance (number or name)')
    .option('--limit <count>', 'at most so many', listLimit, 100)
    .option(...jsonOption)
    .action(
      async (options: { state?: string; instance?: string; limit: number; json?: boolean }) => {
        const items = await listActions(cli, options)
        cli.show(options, { items, next: null }, () =>
          table(
            ['id', 'created', 'runbook', 'instance', 'dry run', 'state', 'by'],
            items.map((one) => [
              one.id,
              one.createdAt,
              one.runbook,
              one.instance.name,
              one.dryRun,
              one.state,
              one.requestedBy,
            ]),
            cli.columns,
          ),
        )
      },
    )

  group
    .command('show <action>')
    .description('show an action: what it would act on, its result, output and proof')
    .option(...jsonOption)
    .action(async (id: string, options: { json?: boolean }) => {
      const action = await answerOf(cli.api().actions[':id'].$get({ param: { id } }))
      cli.show(options, action, () => actionPage(action))
    })

  group
    .command('cancel <action>')
    .description('cancel an action that has not started')
    .option(...jsonOption)
    .action(async (id: string, options: { json?: boolean }) => {
      const action = await answerOf(cli.api().actions[':id'].cancel.$post({ param: { id } }))
      cli.show(options, action, () => `Action ${action.id} is ${action.state}.`)
    })
}

interface RunOptions {
  instance?: string
  set: Record<string, string>
  proposed?: string
  dryRun?: boolean
  alert?: string
  reason?: string
  wait?: boolean
  json?: boolean
}

function addRunCommand(group: Command, cli: Cli): void {
  const collect = (text: string, before: Record<string, string>) => {
    const at = text.indexOf('=')
    if (at < 1) throw new CommandFailed(`--set ${text}: write it as name=value.`)
    return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
  }
  group
    .command('run [runbook]')
    .description('run a runbook on an instance, or with --dry-run only show what it would act on')
    .option('--instance <instance>', 'number or name of the instance')
    .option('--set <name=value>', 'a parameter; repeat for each', collect, {})
    .option('--proposed <action>', 'run this proposed action as it is')
    .option('--dry-run', 'change nothing; show what would be hit')
    .option('--alert <alert>', 'the alert it is meant to mend')
    .option('--reason <text>', 'kept in the audit record')
    .option('--wait', 'print progress until it is proven or has failed')
    .option(...jsonOption)
    .action(async (runbook: string | undefined, options: RunOptions) => {
      const started = await start(cli, runbook, options)
      const action = options.wait
        ? await followAction(cli, started, options.json ? () => undefined : cli.line)
        : started
      cli.show(options, action, () =>
        options.wait ? actionPage(action) : `Action ${action.id} is ${action.state}.`,
      )
      if (options.wait && action.state !== 'succeeded') throw new CommandFailed(badEnd(action))
    })
}

/** One sentence, whether the reason came as one or not. */
function badEnd({ state, error }: Action): string {
  return `The action is ${state}${error === null ? '' : `: ${error.replace(/\.$/, '')}`}.`
}

async function start(cli: Cli, runbook: string | undefined, options: RunOptions): Promise<Action> {
  const api = cli.api()
  if (options.proposed !== undefined) {
    if (options.dryRun || runbook !== undefined)
      throw new CommandFailed(
        '--proposed runs what was proposed: leave out the runbook and --dry-run.',
      )
    return answerOf(api.actions[':id'].run.$post({ param: { id: options.proposed } }))
  }
  if (runbook === undefined || options.instance === undefined)
    throw new CommandFailed(
      'Name a runbook and --instance, or --proposed; see: npx trunkline runbook list',
    )
  const { parameters: declared } = await answerOf(
    api.runbooks[':name'].$get({ param: { name: runbook } }),
  )
  const json = {
    runbook,
    instanceId: (await findInstance(api, options.instance)).id,
    parameters: Object.fromEntries(
      Object.entries(options.set).map(([name, text]) => [
        name,
        declared[name]?.type === 'integer' ? Number(text) : text,
      ]),
    ),
    dryRun: options.dryRun === true,
    ...(options.alert === undefined ? {} : { alertId: options.alert }),
    ...(options.reason === undefined ? {} : { reason: options.reason }),
  }
  return answerOf(api.actions.$post({ json, header: {} }))
}

const stateSchema = z.enum(['open', ...actionStates])

async function listActions(
  cli: Cli,
  options: { state?: string; instance?: string; limit: number },
): Promise<Action[]> {
  const api = cli.api()
  const state = stateSchema.optional().safeParse(options.state)
  if (!state.success)
    throw new CommandFailed(`--state must be one of ${stateSchema.options.join(', ')}.`)
  const filter = {
    ...(state.data === undefined ? {} : { state: state.data }),
    ...(options.instance === undefined
      ? {}
      : { instance: String((await findInstance(api, options.instance)).id) }),
  }
  return allOf(
    (cursor) => answerOf(api.actions.$get({ query: { ...filter, ...(cursor ? { cursor } : {}) } })),
    options.limit,
  )
}

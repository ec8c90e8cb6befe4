import { join } from 'node:path'
import type { AllowList } from '@trunkline/collector-agent/allow-list'
import { runbooks } from '@trunkline/rules'
import type { Command } from 'commander'
import { CommandFailed, jsonOption, type Cli } from './context.ts'
import { pairs } from './table.ts'

interface AllowOptions {
  server?: string
  json?: boolean
}

const startExample =
  'trunkline agent allow startInstance --server 127.0.0.1:5432 -- /usr/bin/pg_ctlcluster 18 main start'

/** `agent allow`: what the owner of a host writes down there, where the server cannot. */
export function addAllowCommand(group: Command, cli: Cli): void {
  group
    .command('allow [runbook] [command...]')
    .description('let the agent of this host run a runbook; without one, show what it may run')
    .option(
      '--server <host:port>',
      'for startInstance: the server that the command after -- starts',
    )
    .option(...jsonOption)
    .addHelpText('after', `\nExamples:\n  trunkline agent allow cancelQuery\n  ${startExample}\n`)
    .action(async (runbook: string | undefined, command: string[], options: AllowOptions) => {
      // Lists are checked by a library that only this command uses.
      const { allow, readAllowList } = await import('@trunkline/collector-agent/allow-list')
      const home = join(cli.config().home, 'agent')
      const list =
        runbook === undefined
          ? await readAllowList(home)
          : await allow(home, addition(runbook, command, options))
      cli.show(options, list, () => describe(list))
    })
}

function describe({ runbooks: names, startCommands }: AllowList): string {
  const commands = Object.entries(startCommands)
  return pairs([
    ['runbooks', names.join(', ') || 'none'],
    ...commands.map(([server, argv]) => [`starts ${server}`, argv.join(' ')] as const),
  ])
}

function addition(
  runbook: string,
  [program, ...args]: string[],
  { server }: AllowOptions,
): Partial<AllowList> {
  if (!Object.hasOwn(runbooks, runbook)) {
    const known = Object.keys(runbooks).join(', ')
    throw new CommandFailed(`There is no runbook "${runbook}"; there are: ${known}.`)
  }
  if (runbook !== 'startInstance') {
    if (server === undefined && program === undefined) return { runbooks: [runbook] }
    throw new CommandFailed(`Only startInstance takes a server and a command, not ${runbook}.`)
  }
  if (server === undefined || program === undefined)
    throw new CommandFailed(`Say what starts which server, as in: ${startExample}`)
  if (!/^.+:\d{1,5}$/.test(server))
    throw new CommandFailed(`"${server}" is not an address and a port, as in 127.0.0.1:5432.`)
  return { runbooks: [runbook], startCommands: { [server]: [program, ...args] } }
}

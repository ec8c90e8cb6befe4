import { readFileSync } from 'node:fs'
import type { Agent, Client } from '@trunkline/api/client'
import type { Command } from 'commander'
import { answerOf } from '../api-access.ts'
import { cleanText } from './clean-text.ts'
import { CommandFailed, jsonOption, type Cli } from './context.ts'

export function addAddCommand(group: Command, cli: Cli): void {
  group
    .command('add <uri>')
    .description(
      'watch a server, as in postgres://monitor@db1:5432/postgres, after its agent could connect',
    )
    .option('--name <name>', 'how it is shown (default: address and port)')
    .option(
      '--agent <agent>',
      'the agent that connects to it, by name or id (default: the first enrolled)',
    )
    .option(
      '--actor <uri>',
      'URI of the role that runbooks run as; without one, actions are refused',
    )
    .option(
      '--password-file <file>',
      'file with the password (- for standard input), instead of in the URI',
    )
    .option(...jsonOption)
    .action((uri: string, options: AddOptions) => add(uri, options, cli))
}

interface AddOptions {
  name?: string
  agent?: string
  actor?: string
  passwordFile?: string
  json?: boolean
}

async function add(uri: string, options: AddOptions, cli: Cli): Promise<void> {
  const api = cli.api()
  const agent = options.agent === undefined ? undefined : await findAgent(api, options.agent)
  const body = {
    uri: options.passwordFile === undefined ? uri : withPassword(uri, options.passwordFile),
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(agent === undefined ? {} : { agentId: agent.id }),
    ...(options.actor === undefined ? {} : { actorUri: options.actor }),
  }
  const added = await answerOf(api.instances.$post({ json: body }))
  const advice = added.advice.flatMap(({ problem, mend }) => [
    `  ${cleanText(problem)}`,
    ...(mend === null ? [] : [`    mend: ${cleanText(mend)}`]),
  ])
  const done = `Instance ${String(added.id)}, ${added.name}, is watched by ${added.agent.name}.`
  cli.show(options, added, () => [done, ...advice].join('\n'))
}

/** An agent by its id or its name; a name that several have is no name. */
async function findAgent(api: Client, which: string): Promise<Agent> {
  const { items } = await answerOf(api.agents.$get())
  const [found, ...others] = items.filter(({ id, name }) => id === which || name === which)
  if (found && others.length === 0) return found
  const known = items.map(({ id, name }) => `${name} ${id}`).join(', ') || 'none'
  throw new CommandFailed(
    found
      ? `Several agents are named "${which}"; give the id of one: ${known}.`
      : `There is no agent "${which}"; there are: ${known}.`,
  )
}

function withPassword(uri: string, file: string): string {
  const url = URL.parse(uri)
  if (url === null)
    throw new CommandFailed(`"${uri}" is not a URI like postgres://user@host:5432/database.`)
  url.password = encodeURIComponent(
    readFileSync(file === '-' ? 0 : file, 'utf8').replace(/\r?\n$/, ''),
  )
  return url.href
}

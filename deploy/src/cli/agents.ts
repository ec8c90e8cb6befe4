import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { agentScript, prepareAgent } from '@trunkline/collector-agent/launch'
import type { Agent, Client } from '@trunkline/api/client'
import type { Command } from 'commander'
import { answerOf } from '../api-access.ts'
import { environmentsOf } from '../up/environment.ts'
import { addAllowCommand } from './allow.ts'
import { addEnrolCommand, addTokenCommand } from './agent-enrolment.ts'
import { CommandFailed, jsonOption, type Cli } from './context.ts'
import { humaneBytes, humaneSeconds } from './humane.ts'
import { table } from './table.ts'

export function addAgentCommands(program: Command, cli: Cli): void {
  const group = program
    .command('agent')
    .description('the processes that collect, one on or near each host')

  addTokenCommand(group, cli)

  addEnrolCommand(group, cli)

  group
    .command('run')
    .description('collect in the foreground, as the enrolled agent of this host')
    .action(() => runAgent(cli))

  addAllowCommand(group, cli)
  addListCommand(group, cli)
  addRemoveCommand(group, cli)
}

function addListCommand(group: Command, cli: Cli): void {
  group
    .command('list')
    .description('list the agents')
    .option(...jsonOption)
    .action(async (options: { json?: boolean }) => {
      const { items } = await answerOf(cli.api().agents.$get())
      cli.show(options, { items, next: null }, () =>
        table(
          ['id', 'name', 'host', 'state', 'seen', 'version', 'spool', 'dropped', 'restarts'],
          items.map((agent) => [
            agent.id,
            agent.name,
            agent.host.name,
            agent.state,
            agent.ageSeconds === null ? 'never' : `${humaneSeconds(agent.ageSeconds)} ago`,
            agent.version,
            humaneBytes(agent.spoolBytes),
            agent.droppedSamples,
            agent.workerRestarts,
          ]),
          cli.columns,
        ),
      )
    })
}

function addRemoveCommand(group: Command, cli: Cli): void {
  group
    .command('remove <agent>')
    .description('shut an agent out, with every certificate it has (id or name)')
    .option(...jsonOption)
    .action(async (which: string, options: { json?: boolean }) => {
      const api = cli.api()
      const { id, name } = await findAgent(api, which)
      const removed = await answerOf(api.agents[':id'].$delete({ param: { id } }))
      cli.show(options, removed, () => `Agent ${name} is shut out.`)
    })
}

/** By id; by name where only one has it, since names come from the hosts. */
async function findAgent(api: Client, which: string): Promise<Agent> {
  const { items } = await answerOf(api.agents.$get())
  const named = items.filter(({ name }) => name === which)
  const found = items.find(({ id }) => id === which) ?? named[0]
  const list = (agents: Agent[]) => agents.map(({ id, name }) => `${id} ${name}`).join(', ')
  if (found === undefined)
    throw new CommandFailed(`There is no agent "${which}"; there are: ${list(items) || 'none'}.`)
  if (found.id !== which && named.length > 1)
    throw new CommandFailed(`Several agents are called "${which}"; name one by id: ${list(named)}.`)
  return found
}

/**
 * Becomes the agent, so that none of our memory stays beside it. Started through an older Node it stays in between, since
 * only it hears when that one is killed.
 */
async function runAgent(cli: Cli): Promise<void> {
  const env = environmentsOf(cli.config(), cli.env).agent()
  await prepareAgent(env, cli.signal)
  if (cli.signal.aborted) return
  if (!process.connected) process.execve?.(process.execPath, [process.execPath, agentScript], env)
  const child = spawn(process.execPath, [agentScript], { env, stdio: 'inherit' })
  const stop = () => child.kill('SIGTERM')
  cli.signal.addEventListener('abort', stop, { once: true })
  const [code, signal]: unknown[] = await once(child, 'exit')
  if (code !== 0) throw new CommandFailed(`The agent ended with ${String(code ?? signal)}.`)
}

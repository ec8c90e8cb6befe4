import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { agentScript, prepareAgent } from '@trunkline/collector-agent/launch'
import type { Command } from 'commander'
import { answerOf } from '../api-access.ts'
import { environmentsOf } from '../up/environment.ts'
import { addAllowCommand } from './allow.ts'
import { CommandFailed, jsonOption, type Cli } from './context.ts'
import { humaneBytes, humaneSeconds } from './humane.ts'
import { pairs, table } from './table.ts'

export function addAgentCommands(program: Command, cli: Cli): void {
  const group = program
    .command('agent')
    .description('the processes that collect, one on or near each host')

  addTokenCommand(group, cli)

  group
    .command('enrol')
    .description('make a key on this host and get a certificate for it')
    .requiredOption(
      '--server <url>',
      'where agents reach the server, as in https://trunkline.example.org:7481',
    )
    .requiredOption('--token <token>', 'from `trunkline agent token`')
    .requiredOption('--ca-pin <pin>', 'sha256:… of the server, from `trunkline agent token`')
    .action(async (options: { server: string; token: string; caPin: string }) => {
      const { home } = cli.config()
      // Certificates need a library that only this command uses.
      const { enrol } = await import('@trunkline/collector-agent/enrol')
      await enrol({ ...options, home: join(home, 'agent') })
      cli.line(
        `This host is enrolled; its key is in ${join(home, 'agent')}. Collect with: npx trunkline agent run`,
      )
    })

  group
    .command('run')
    .description('collect in the foreground, as the enrolled agent of this host')
    .action(() => runAgent(cli))

  addAllowCommand(group, cli)
  addListCommand(group, cli)
}

function addTokenCommand(group: Command, cli: Cli): void {
  group
    .command('token')
    .description('make a single-use token that enrols an agent on another host')
    .option('--host <glob>', 'the host name that may use it', '*')
    .option('--ttl <seconds>', 'how long it is valid', '3600')
    .option(...jsonOption)
    .action(async (options: { host: string; ttl: string; json?: boolean }) => {
      const body = { host: options.host, ttlSeconds: Number(options.ttl) }
      const made = await answerOf(cli.api()['agent-tokens'].$post({ json: body }))
      cli.show(options, made, () =>
        [
          pairs([
            ['token', made.token],
            ['valid until', made.expiresAt],
          ]),
          '',
          'On the other host:',
          `  npx trunkline agent enrol --server ${made.server} --token ${made.token} --ca-pin ${made.caPin}`,
          '  npx trunkline agent run',
        ].join('\n'),
      )
    })
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

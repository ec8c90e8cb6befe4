import { join } from 'node:path'
import type { AgentToken } from '@trunkline/api/client'
import { InvalidArgumentError, type Command } from 'commander'
import { answerOf, Unavailable } from '../api-access.ts'
import { prepareHome } from '../home.ts'
import { settings } from '../settings.ts'
import { wholeNumber } from './arguments.ts'
import { jsonOption, type Cli } from './context.ts'
import { pairs } from './table.ts'

export function addTokenCommand(group: Command, cli: Cli): void {
  group
    .command('token')
    .description('make a single-use token that enrols an agent on another host')
    .option('--host <glob>', 'the host name that may use it', '*')
    .option(
      '--ttl <seconds>',
      'how long it is valid',
      wholeNumber({ least: 60, most: 3_600 }),
      3_600,
    )
    .option(...jsonOption)
    .action(async (options: { host: string; ttl: number; json?: boolean }) => {
      const body = { host: options.host, ttlSeconds: options.ttl }
      const made = await answerOf(cli.api()['agent-tokens'].$post({ json: body }))
      cli.show(options, made, () => tokenPage(made))
    })
}

export function addEnrolCommand(group: Command, cli: Cli): void {
  group
    .command('enrol')
    .description('make a key on this host and get a certificate for it')
    .requiredOption(
      '--server <url>',
      'where agents reach the server, as in https://trunkline.example.org:7481',
      serverUrl,
    )
    .requiredOption('--token <token>', 'from `trunkline agent token`')
    .requiredOption('--ca-pin <pin>', 'sha256:… of the server, from `trunkline agent token`')
    .action(async (options: { server: string; token: string; caPin: string }) => {
      const { home } = cli.config()
      prepareHome(home)
      // Certificates need a library that only this command uses.
      const { enrol } = await import('@trunkline/collector-agent/enrol')
      await enrol({ ...options, home: join(home, 'agent') }).catch((error: unknown) => {
        throw unreachable(options.server, error) ?? error
      })
      cli.line(
        `This host is enrolled; its key is in ${join(home, 'agent')}. Collect with: npx trunkline agent run`,
      )
    })
}

function tokenPage({ token, expiresAt, server, caPin }: AgentToken): string {
  const lines = [
    pairs([
      ['token', token],
      ['valid until', expiresAt],
    ]),
    '',
    'On the other host:',
    `  npx trunkline agent enrol --server ${server} --token ${token} --ca-pin ${caPin}`,
    '  npx trunkline agent run',
  ]
  const { hostname, port } = new URL(server)
  if (isLoopback(hostname))
    lines.push(
      '',
      `No other host reaches ${hostname}: start Trunkline with ${settings.agentListen.env}=0.0.0.0:${port} first, and make a new token then.`,
    )
  return lines.join('\n')
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.')
}

function serverUrl(text: string): string {
  if (URL.parse(text)?.protocol === 'https:') return text
  throw new InvalidArgumentError(
    'It must begin with https://, as in https://trunkline.example.org:7481.',
  )
}

/** One sentence where Node gives a code; what the server itself said stays as it is. */
function unreachable(server: string, error: unknown): Unavailable | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const why = code.startsWith('ERR_SSL_') ? reasons['notTls'] : reasons[code]
  if (why === undefined) return undefined
  return new Unavailable(`${server} ${why}, which the server prints with \`agent token\`.`, {
    cause: error,
  })
}

const agentAddress = `Give the address of ${settings.agentListen.env}`

const reasons: Record<string, string> = {
  notTls: `does not speak TLS as agents do: it may be the address of the pages. ${agentAddress}`,
  ECONNREFUSED: `refuses connections: nothing listens there. ${agentAddress}`,
  ECONNRESET: `closes the connection before TLS begins. ${agentAddress}`,
  EHOSTUNREACH: `cannot be reached from this host. ${agentAddress}`,
  ENETUNREACH: `cannot be reached from this host. ${agentAddress}`,
  ETIMEDOUT: `does not answer from this host. ${agentAddress}`,
  ENOTFOUND: `is not a name that resolves here. ${agentAddress}`,
  EAI_AGAIN: `is a name that cannot be looked up now. ${agentAddress}`,
}

import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'

export interface Config {
  /** Keys, spool and journal of this agent. */
  readonly home: string
  readonly metricsListen: { readonly host: string; readonly port: number }
  /** OTLP/HTTP endpoints, used exactly as given. */
  readonly metricsWriteUrls: readonly string[]
}

/** Reads what an agent needs from the environment. All problems are told in one error. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const parsed = schema.safeParse(env)
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
    throw new Error(`The agent's configuration is wrong: ${problems.join('; ')}.`)
  }
  const { TRUNKLINE_AGENT_HOME: agentHome, TRUNKLINE_HOME: home } = parsed.data
  return {
    home: agentHome ?? join(home ?? defaultHome(env), 'agent'),
    metricsListen: parsed.data.TRUNKLINE_AGENT_METRICS_LISTEN,
    metricsWriteUrls: parsed.data.TRUNKLINE_METRICS_WRITE_URL,
  }
}

const unset = z.literal('').transform(() => undefined)
const folder = z.union([unset, z.string().startsWith('/', 'must be an absolute path')]).optional()

const listen = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[^:\s]+):[0-9]{1,5}$/, 'must look like 127.0.0.1:7482')
  .transform((text) => {
    const colon = text.lastIndexOf(':')
    return {
      host: text.slice(0, colon).replace(/^\[|\]$/g, ''),
      port: Number(text.slice(colon + 1)),
    }
  })
  .refine(({ port }) => port <= 65_535, 'must have a port up to 65535')

const writeUrls = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((url) => url.trim())
      .filter((url) => url !== ''),
  )
  .refine(
    (urls) => urls.every((url) => /^https?:$/.test(URL.parse(url)?.protocol ?? '')),
    'must be http:// or https:// addresses, separated by commas',
  )

const schema = z.object({
  TRUNKLINE_HOME: folder,
  TRUNKLINE_AGENT_HOME: folder,
  TRUNKLINE_AGENT_METRICS_LISTEN: listen.default({ host: '127.0.0.1', port: 7482 }),
  TRUNKLINE_METRICS_WRITE_URL: writeUrls.default([]),
})

function defaultHome(env: Record<string, string | undefined>): string {
  return join(env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'trunkline')
}

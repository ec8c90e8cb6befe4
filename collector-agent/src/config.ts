import { homedir } from 'node:os'
import { join } from 'node:path'

export interface Config {
  /** Keys, spool and journal of this agent. */
  readonly home: string
  readonly metricsListen: { readonly host: string; readonly port: number }
  /** OTLP/HTTP endpoints, used exactly as given. */
  readonly metricsWriteUrls: readonly string[]
}

type Env = Readonly<Record<string, string | undefined>>

/**
 * Reads what an agent needs from the environment. All problems are told in one error. By hand: four values are not
 * worth ten megabytes of zod in the watchdog.
 */
export function readConfig(env: Env): Config {
  const problems: string[] = []
  const read = <T>(name: string, parse: (text: string) => T | Problem): T | undefined => {
    const text = env[name]
    if (text === undefined || text === '') return undefined
    const parsed = parse(text)
    if (!(parsed instanceof Problem)) return parsed
    problems.push(`${name} ${parsed.says}`)
    return undefined
  }
  const home = read('TRUNKLINE_HOME', folder)
  const agentHome = read('TRUNKLINE_AGENT_HOME', folder)
  const metricsListen = read('TRUNKLINE_AGENT_METRICS_LISTEN', listen)
  const metricsWriteUrls = read('TRUNKLINE_METRICS_WRITE_URL', writeUrls)
  if (problems.length > 0)
    throw new Error(`The agent's configuration is wrong: ${problems.join('; ')}.`)
  return {
    home: agentHome ?? join(home ?? defaultHome(env), 'agent'),
    metricsListen: metricsListen ?? { host: '127.0.0.1', port: 7482 },
    metricsWriteUrls: metricsWriteUrls ?? [],
  }
}

class Problem {
  readonly says: string
  constructor(says: string) {
    this.says = says
  }
}

function folder(text: string): string | Problem {
  return text.startsWith('/') ? text : new Problem('must be an absolute path')
}

function listen(text: string): Config['metricsListen'] | Problem {
  const [, bracketed, host = bracketed, digits] =
    /^(?:\[([0-9a-fA-F:]+)\]|([^:\s]+)):([0-9]{1,5})$/.exec(text) ?? []
  const port = Number(digits)
  if (host === undefined) return new Problem('must look like 127.0.0.1:7482')
  return port <= 65_535 ? { host, port } : new Problem('must have a port up to 65535')
}

function writeUrls(text: string): string[] | Problem {
  const urls = text.split(',').flatMap((url) => url.trim() || [])
  const areAll = urls.every((url) => /^https?:$/.test(URL.parse(url)?.protocol ?? ''))
  return areAll ? urls : new Problem('must be http:// or https:// addresses, separated by commas')
}

function defaultHome(env: Env): string {
  return join(env['XDG_STATE_HOME'] ?? join(homedir(), '.local', 'state'), 'trunkline')
}

import { hostname } from 'node:os'
import { join } from 'node:path'
import { smallProcesses } from '@trunkline/collector-agent/launch'
import type { Config } from '../config.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Where this machine itself reaches the API. */
export function apiUrlOf(config: Config): string {
  const { host, port } = config.values.listen
  return `http://${isEverywhere(host) ? '127.0.0.1' : host}:${String(port)}`
}

/** Where browsers reach the pages. */
export function publicUrlOf(config: Config): string {
  const { host, port } = config.values.listen
  return (
    config.values.publicUrl ?? `http://${isEverywhere(host) ? hostname() : host}:${String(port)}`
  )
}

/** What each process is told: what it needs of the settings, and of the environment all that is not ours. */
export function environmentsOf(config: Config, inherited: Env) {
  const base: Record<string, string> = { TRUNKLINE_HOME: config.home }
  for (const [name, value] of Object.entries(inherited))
    if (value !== undefined && !name.startsWith('TRUNKLINE_')) base[name] = value
  const { texts } = config
  const publicUrl = publicUrlOf(config)
  const given = (names: Record<string, string | undefined>) => {
    const result = { ...base }
    for (const [name, value] of Object.entries(names)) if (value !== undefined) result[name] = value
    return result
  }
  return {
    repository: () => given({ TRUNKLINE_EMBEDDED_PORT: texts.embeddedPort }),
    api: (repositoryUrl: string, dashboard: string) =>
      given({
        TRUNKLINE_REPOSITORY_URL: repositoryUrl,
        TRUNKLINE_LISTEN: texts.listen,
        TRUNKLINE_AGENT_LISTEN: texts.agentListen,
        TRUNKLINE_SMTP_URL: texts.smtpUrl,
        TRUNKLINE_MAIL_FROM: texts.mailFrom,
        TRUNKLINE_MAIL_TO: texts.mailTo,
        TRUNKLINE_PUBLIC_URL: publicUrl,
        TRUNKLINE_DASHBOARD_DIR: dashboard,
      }),
    engine: (repositoryUrl: string) =>
      given({
        TRUNKLINE_REPOSITORY_URL: repositoryUrl,
        TRUNKLINE_PUBLIC_URL: publicUrl,
        TRUNKLINE_ENGINE_LISTEN: texts.engineListen,
      }),
    agent: () => {
      const agentHome = join(config.home, 'agent')
      return given({
        ...smallProcesses(agentHome),
        TRUNKLINE_AGENT_HOME: agentHome,
        TRUNKLINE_AGENT_METRICS_LISTEN: texts.agentMetricsListen,
        TRUNKLINE_METRICS_WRITE_URL: texts.metricsWriteUrl,
      })
    },
  }
}

function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '[::]' || host === '*'
}

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Config } from '../config.ts'
import { startChild, type Child } from './child.ts'
import { apiUrlOf, environmentsOf } from './environment.ts'
import { openLogFile } from './log-file.ts'
import { repositoryReady, type RepositoryReady } from './repository/ready.ts'
import { waitForUrl } from './wait.ts'

export interface SupervisorOptions {
  config: Config
  env: Readonly<Record<string, string | undefined>>
  /** What the processes write, line by line, for whoever watches; null: only to their logs. */
  echo: ((part: string, text: string) => void) | null
  onRestart: (sentence: string) => void
  signal: AbortSignal
}

export type Supervisor = ReturnType<typeof createSupervisor>

type Part = 'repository' | 'api' | 'engine' | 'agent'

const scripts: Record<Part, string> = {
  repository: './repository/main.ts',
  api: '../../../api/src/main.ts',
  engine: '../../../alert-engine/src/main.ts',
  agent: '../../../collector-agent/src/main.ts',
}

/** Within 10 s in all, even if every part has to be killed. PostgreSQL comes last: the others write until they end. */
const stopOrder: [Part, number][] = [
  ['agent', 2_000],
  ['engine', 2_000],
  ['api', 2_500],
  ['repository', 3_000],
]

/** Starts the parts as processes of their own, keeps them running and stops them in order. */
export function createSupervisor({ config, env, echo, onRestart, signal }: SupervisorOptions) {
  const environments = environmentsOf(config, env)
  const children = new Map<Part, Child>()

  const start = (
    part: Part,
    environment: Record<string, string>,
    onMessage?: (message: unknown) => void,
  ) => {
    const log = openLogFile(join(config.home, 'log', `${part}.log`))
    const child = startChild({
      name: part,
      script: fileURLToPath(new URL(scripts[part], import.meta.url)),
      env: environment,
      onOutput: (text) => {
        log.write(text)
        echo?.(part, text.toString('utf8'))
      },
      ...(onMessage ? { onMessage } : {}),
      onRestart: (end) =>
        onRestart(
          `${end.name} ended (${end.signal ?? `code ${String(end.code)}`}); it starts again in ${String(end.waitMs)} ms. See ${join(config.home, 'log', `${part}.log`)}`,
        ),
    })
    children.set(part, child)
    return child
  }

  const until = async (child: Child, ready: Promise<unknown>) => {
    await Promise.race([ready, child.failed])
    child.ready()
  }

  return {
    pids: () => Object.fromEntries([...children].map(([part, child]) => [part, child.pid()])),

    async startRepository(): Promise<RepositoryReady> {
      const told = Promise.withResolvers<RepositoryReady>()
      const child = start('repository', environments.repository(), (message) => {
        const parsed = repositoryReady.safeParse(message)
        if (parsed.success) told.resolve(parsed.data)
      })
      await until(child, told.promise)
      return told.promise
    },

    async startApi(repositoryUrl: string, pages: string): Promise<void> {
      const child = start('api', environments.api(repositoryUrl, pages))
      await until(
        child,
        waitForUrl(`${apiUrlOf(config)}/readyz`, { what: 'The api', timeoutMs: 45_000, signal }),
      )
    },

    async startEngine(repositoryUrl: string): Promise<void> {
      const { host, port } = config.values.engineListen
      const child = start('engine', environments.engine(repositoryUrl))
      const url = `http://${host}:${String(port)}/healthz`
      await until(child, waitForUrl(url, { what: 'The alert engine', timeoutMs: 30_000, signal }))
    },

    async startAgent(): Promise<void> {
      const { host, port } = config.values.agentMetricsListen
      const child = start('agent', environments.agent())
      const url = `http://${host}:${String(port)}/healthz`
      await until(child, waitForUrl(url, { what: 'The agent', timeoutMs: 30_000, signal }))
    },

    async stop(): Promise<void> {
      for (const [part, graceMs] of stopOrder) await children.get(part)?.stop(graceMs)
    },
  }
}

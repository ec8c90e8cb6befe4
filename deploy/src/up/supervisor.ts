import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { agentScript, prepareAgent } from '@trunkline/collector-agent/launch'
import type { Config } from '../config.ts'
import { startChild, type Child, type ChildEnd } from './child.ts'
import { apiUrlOf, environmentsOf } from './environment.ts'
import { watchLiveness } from './liveness.ts'
import { openLogFile } from './log-file.ts'
import { repositoryReady, type RepositoryReady } from './repository/ready.ts'
import { waitForUrl } from './wait.ts'

export interface SupervisorOptions {
  config: Config
  env: Readonly<Record<string, string | undefined>>
  /** What the processes write, for whoever watches; null: only to their logs. */
  echo: ((part: string, text: string) => void) | null
  /** Hears in a sentence of every process that ended and is started again. */
  onRestart: (sentence: string) => void
  signal: AbortSignal
}

type Part = 'repository' | 'api' | 'engine' | 'agent'

export interface Supervisor {
  startRepository: () => Promise<RepositoryReady>
  startApi: (repositoryUrl: string, pages: string) => Promise<void>
  startEngine: (repositoryUrl: string) => Promise<void>
  /** Compiles the agent if it is new; it needs nothing that runs. */
  prepareAgent: (signal: AbortSignal) => Promise<void>
  startAgent: () => Promise<void>
  stop: () => Promise<void>
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const scripts: Record<Part, string> = {
  repository: here('./repository/main.ts'),
  api: here('../../../api/src/main.ts'),
  engine: here('../../../alert-engine/src/main.ts'),
  agent: agentScript,
}

/** Within 10 s in all, even if every part has to be killed. PostgreSQL comes last: the others write until they end. */
const stopOrder: [Part, number][] = [
  ['agent', 2_000],
  ['engine', 2_000],
  ['api', 2_500],
  ['repository', 3_000],
]

/** Starts the parts as processes of their own, keeps them running and stops them in order. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { config, env, signal } = options
  const environments = environmentsOf(config, env)
  const health = {
    api: `${apiUrlOf(config)}/readyz`,
    engine: healthOf(config.values.engineListen),
    agent: healthOf(config.values.agentMetricsListen),
  }
  const children = new Map<Part, Child>()
  const hangs = new AbortController()

  const start = (
    part: Part,
    env: Record<string, string>,
    onMessage?: (message: unknown) => void,
  ) => {
    const child = startPart(part, { ...options, childEnv: env, onMessage })
    children.set(part, child)
    return child
  }
  const startServing = async (part: Part, env: Record<string, string>, healthUrl: string) => {
    const ready = waitForUrl(healthUrl, { what: `The ${part}`, timeoutMs: 45_000, signal })
    const child = start(part, env)
    await untilReady(child, ready)
    void watchLiveness({ url: healthUrl, onHung: () => child.kill(), signal: hangs.signal })
  }

  return {
    async startRepository() {
      const told = Promise.withResolvers<RepositoryReady>()
      const child = start('repository', environments.repository(), (message) => {
        const parsed = repositoryReady.safeParse(message)
        if (parsed.success) told.resolve(parsed.data)
      })
      await untilReady(child, told.promise)
      return told.promise
    },
    startApi: (repositoryUrl, pages) =>
      startServing('api', environments.api(repositoryUrl, pages), health.api),
    startEngine: (repositoryUrl) =>
      startServing('engine', environments.engine(repositoryUrl), health.engine),
    prepareAgent: (signal) => prepareAgent(environments.agent(), signal),
    startAgent: () => startServing('agent', environments.agent(), health.agent),
    async stop() {
      hangs.abort()
      for (const [part, graceMs] of stopOrder) await children.get(part)?.stop(graceMs)
    },
  }
}

function startPart(
  part: Part,
  options: SupervisorOptions & {
    childEnv: Record<string, string>
    onMessage: ((message: unknown) => void) | undefined
  },
): Child {
  const { config, echo, onMessage, onRestart } = options
  const path = join(config.home, 'log', `${part}.log`)
  const log = openLogFile(path)
  return startChild({
    name: part,
    script: scripts[part],
    env: options.childEnv,
    onOutput: (text) => {
      log.write(text)
      echo?.(part, text.toString('utf8'))
    },
    ...(onMessage ? { onMessage } : {}),
    onRestart: (end) => onRestart(restartSentence(end, path)),
  })
}

async function untilReady(child: Child, ready: Promise<unknown>): Promise<void> {
  await Promise.race([ready, child.failed])
  child.ready()
}

function healthOf({ host, port }: { host: string; port: number }): string {
  const reachable = host === '0.0.0.0' || host === '[::]' ? '127.0.0.1' : host
  return `http://${reachable}:${String(port)}/healthz`
}

function restartSentence({ name, code, signal, waitMs }: ChildEnd, log: string): string {
  const how = signal ?? `code ${String(code)}`
  return `The ${name} ended (${how}) and starts again in ${String(waitMs)} ms; its log is ${log}`
}

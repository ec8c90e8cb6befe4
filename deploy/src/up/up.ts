import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { answerOf, connectApi } from '../api-access.ts'
import type { Config } from '../config.ts'
import { prepareHome } from '../home.ts'
import { buildPages } from './build-pages.ts'
import { checkExternal, checkUser } from './check-repository.ts'
import { apiUrlOf, publicUrlOf } from './environment.ts'
import { enrolLocalAgent, registerRepository } from './first-start.ts'
import { takeLock } from './lock.ts'
import { busyPorts } from './ports.ts'
import { createSupervisor, type Supervisor } from './supervisor.ts'

export interface UpOptions {
  config: Config
  env: Readonly<Record<string, string | undefined>>
  verbose: boolean
  say: (line: string) => void
  /** Aborted by SIGINT, SIGTERM, or the end of whoever started us. */
  signal: AbortSignal
}

/** Starts everything on one machine and keeps it running until `signal`; then stops it within 10 s. */
export async function up(options: UpOptions): Promise<void> {
  const { config, say, signal } = options
  prepareHome(config.home)
  mkdirSync(join(config.home, 'keys'), { recursive: true, mode: 0o700 })
  using _lock = takeLock(config.home, { apiUrl: apiUrlOf(config), startedAt: new Date() })
  const busy = await busyPorts(config)
  if (busy.length > 0) throw new Error(busy.join('\n'))
  checkUser(config)
  for (const warning of config.warnings) say(`Note: ${warning}.`)
  say(`Starting Trunkline on ${config.home}`)

  const supervisor = createSupervisor({
    ...options,
    echo: options.verbose ? (part, text) => say(prefixLines(part, text)) : null,
    onRestart: say,
  })
  try {
    await startParts(supervisor, options)
    await aborted(signal)
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    say('Stopping …')
    await supervisor.stop()
    say('Stopped.')
  }
}

async function startParts(supervisor: Supervisor, options: UpOptions): Promise<void> {
  const { config, env, signal } = options
  const step = createSteps(options.say)
  const ownEnv = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  const { repository, pages } = await prepareParts({ supervisor, config, ownEnv, step, signal })
  await supervisor.startApi(repository.url, pages)
  step('api', apiUrlOf(config))
  const api = connectApi({ url: apiUrlOf(config), home: config.home })
  const enrolled = await enrolLocalAgent({ home: config.home, api, server: agentServerOf(config) })
  await Promise.all([
    supervisor.startEngine(repository.url).then(() => step('engine', 'watching')),
    supervisor
      .startAgent()
      .then(() => step('agent', enrolled ? 'enrolled, collecting' : 'collecting')),
  ])
  const { url, expiresAt } = await answerOf(api['sign-in-links'].$post({ json: {} }))
  options.say(`\nTrunkline is at ${publicUrlOf(config)}`)
  options.say(`Sign in once, before ${expiresAt}: ${url}\n`)
  if (repository.embedded) {
    const added = registerRepository({ home: config.home, api, ...repository.embedded, signal })
    const says = await added.catch((error: unknown) => (signal.throwIfAborted(), sentenceOf(error)))
    if (says !== undefined) step('instance', says)
  }
  options.say('Ctrl-C stops everything; the next start goes on from here.')
}

interface Preparing {
  supervisor: Supervisor
  config: Config
  ownEnv: Record<string, string>
  step: (part: string, what: string) => void
  signal: AbortSignal
}

/** All take a while and none needs another; when one fails, the others are ended before that is told. */
async function prepareParts({ supervisor, config, ownEnv, step, signal }: Preparing) {
  const failed = new AbortController()
  const both = AbortSignal.any([signal, failed.signal])
  const tell = (part: string, what: string) => both.aborted || step(part, what)
  const pages = buildPages(ownEnv, both)
  const agent = supervisor.prepareAgent(both)
  try {
    const [repository, folder] = await Promise.all([
      startRepository(supervisor, config).then((ready) => (tell('repository', ready.says), ready)),
      pages.then((built) => (tell('pages', built), built)),
      agent,
    ])
    return { repository, pages: folder }
  } catch (error) {
    failed.abort()
    // The repository is a child of the supervisor, which stops it.
    await Promise.allSettled([pages, agent])
    throw error
  }
}

async function startRepository(supervisor: Supervisor, config: Config) {
  const external = config.values.repositoryUrl
  if (external !== undefined) {
    const { host } = new URL(external)
    await checkExternal(external)
    return { url: external, embedded: null, says: `the PostgreSQL at ${host}` }
  }
  const ready = await supervisor.startRepository()
  const where = `127.0.0.1:${String(config.values.embeddedPort)}`
  return { url: ready.url, embedded: ready, says: `embedded PostgreSQL at ${where}` }
}

/** Everything else works without it, so it is told and tried again at the next start. */
function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function agentServerOf(config: Config): string {
  const { host, port } = config.values.agentListen
  const reachable = host === '0.0.0.0' || host === '[::]' ? '127.0.0.1' : host
  return `https://${reachable}:${String(port)}`
}

function createSteps(say: (line: string) => void) {
  const startedAt = performance.now()
  return (part: string, what: string) => {
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
    say(`  ${part.padEnd(11)} ${what}  (${seconds} s)`)
  }
}

function prefixLines(part: string, text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `${part.padEnd(10)} ${line}`)
    .join('\n')
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    // An abort listener alone would not keep Node running.
    const alive = setInterval(() => undefined, 60_000)
    signal.addEventListener('abort', () => (clearInterval(alive), resolve()), { once: true })
  })
}

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type Client } from '@trunkline/api/client'
import { createTestDatabase } from '../../deploy/test/database.ts'
import { freePort } from '../../deploy/test/free-port.ts'

/** All of Trunkline as `trunkline up` starts it: repository, api, engine, agent, pages. */
export interface WholeSystem extends AsyncDisposable {
  url: string
  /** The one-time link that it printed. */
  signInLink: string
  /** Speaks as the admin token. */
  api: Client
  /** Sends a signal to the agent, its watchdog first. */
  signalAgent(signal: NodeJS.Signals): void
  /** Stops everything as Ctrl-C does. */
  stop(): Promise<void>
}

const startMs = 100_000
const command = join(import.meta.dirname, '../../deploy/bin/trunkline.js')

export async function startWholeSystem(env: Record<string, string>): Promise<WholeSystem> {
  await using stack = new AsyncDisposableStack()
  const repository = stack.use(await createTestDatabase())
  const home = await mkdtemp(join(tmpdir(), 'trunkline-pages-'))
  stack.defer(() => rm(home, { recursive: true, force: true }))
  const ports = await Promise.all([freePort(), freePort(), freePort(), freePort()])
  const [users, agents, agentMetrics, engine] = ports.map((port) => `127.0.0.1:${port}`)
  const child = spawn(process.execPath, [command, 'up'], {
    env: {
      PATH: '/usr/bin:/bin',
      TRUNKLINE_HOME: home,
      TRUNKLINE_REPOSITORY_URL: repository.url,
      TRUNKLINE_LISTEN: users,
      TRUNKLINE_AGENT_LISTEN: agents,
      TRUNKLINE_AGENT_METRICS_LISTEN: agentMetrics,
      TRUNKLINE_ENGINE_LISTEN: engine,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stop = () => ended(child)
  stack.defer(stop)
  const signInLink = await readLink(child)
  const url = `http://${users}`
  const token = readFileSync(join(home, 'admin-token'), 'utf8').trim()
  const owned = stack.move()
  return {
    url,
    signInLink,
    api: createClient(url, { token }),
    signalAgent: (signal) => signalAgent(child.pid, signal),
    stop,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** What `up` prints once everything runs; all it printed instead when it does not get there. */
function readLink(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let said = ''
  const fail = () => reject(new Error(`trunkline up did not start: ${said}`))
  const timer = setTimeout(fail, startMs)
  const hear = (chunk: Buffer) => {
    said += chunk.toString()
    const link = /Sign in once.*?(http\S+)/.exec(said)?.[1]
    if (link) resolve(link)
  }
  child.stdout?.on('data', hear)
  child.stderr?.on('data', hear)
  child.once('exit', fail)
  return promise.finally(() => clearTimeout(timer))
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const { promise, resolve } = Promise.withResolvers<void>()
  child.once('exit', () => resolve())
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await promise
  clearTimeout(timer)
}

function signalAgent(root: number | undefined, signal: NodeJS.Signals) {
  const agent = descendants(root).filter((pid) => commandOf(pid).includes('collector-agent/src/'))
  if (agent.length === 0) throw new Error('trunkline up has no agent running')
  for (const pid of agent) process.kill(pid, signal)
}

function descendants(pid: number | undefined): number[] {
  const file = `/proc/${pid}/task/${pid}/children`
  if (pid === undefined || !existsSync(file)) return []
  const children = readFileSync(file, 'utf8').trim().split(/\s+/).filter(Boolean).map(Number)
  return children.flatMap((child) => [child, ...descendants(child)])
}

function commandOf(pid: number): string {
  return existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : ''
}

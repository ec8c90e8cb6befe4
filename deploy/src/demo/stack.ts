import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { removeServerFolder } from '@trunkline/api/repository'
import { freePort } from '../../test/free-port.ts'
import { waitFor } from '../up/wait.ts'

/** The command line, as TypeScript that Node runs. */
export const mainScript = fileURLToPath(new URL('../main.ts', import.meta.url))
const readyLine = 'Ctrl-C stops everything'

export interface Stack extends AsyncDisposable {
  home: string
  url: string
  /** The environment that points a command line at it. */
  env: Record<string, string>
  supervisor: ChildProcess
  /** What it printed so far. */
  printed: () => string
}

export interface StackOptions {
  env: Readonly<Record<string, string | undefined>>
  settings?: Record<string, string>
  /** Default: a new one, removed at the end. One that is given stays. */
  home?: string
  say: (line: string) => void
  signal: AbortSignal
}

/** `trunkline up` as a process of its own, on a home and ports of its own; ready when this returns. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'trunkline-demo-'))
  const env = {
    ...withoutOurs(options.env),
    ...(await ownAddresses()),
    ...options.settings,
    TRUNKLINE_HOME: home,
  }
  const supervisor = spawn(process.execPath, [mainScript, 'up'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Ctrl-C is for the demo, which stops this in its turn.
    detached: true,
  })
  let printed = ''
  for (const stream of [supervisor.stdout, supervisor.stderr])
    stream?.on('data', (text: Buffer) => {
      printed += text.toString('utf8')
      options.say(text.toString('utf8').trimEnd())
    })
  const stack: Stack = {
    home,
    url: `http://${env.TRUNKLINE_LISTEN}`,
    env,
    supervisor,
    printed: () => printed,
    async [Symbol.asyncDispose]() {
      await stop(supervisor)
      if (options.home === undefined) await removeHome(home)
    },
  }
  try {
    await untilReady(supervisor, () => printed, options.signal)
    return stack
  } catch (error) {
    await stack[Symbol.asyncDispose]()
    throw error
  }
}

async function ownAddresses() {
  const address = async () => `127.0.0.1:${String(await freePort())}`
  return {
    TRUNKLINE_LISTEN: await address(),
    TRUNKLINE_AGENT_LISTEN: await address(),
    TRUNKLINE_AGENT_METRICS_LISTEN: await address(),
    TRUNKLINE_ENGINE_LISTEN: await address(),
    TRUNKLINE_EMBEDDED_PORT: String(await freePort()),
  }
}

async function untilReady(
  child: ChildProcess,
  printed: () => string,
  signal: AbortSignal,
): Promise<void> {
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  await waitFor({
    ask: () => Promise.resolve(printed().includes(readyLine) || hasEnded() || undefined),
    timeoutMs: 90_000,
    everyMs: 50,
    signal,
    failure: () => `trunkline up was not ready within 90 s:\n${printed()}`,
  })
  if (hasEnded()) throw new Error(`trunkline up ended before it was ready:\n${printed()}`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await gone
  clearTimeout(timer)
}

/** Removes a home and the data that belong to it, wherever they lie. Nothing of it may run. */
export async function removeHome(home: string): Promise<void> {
  await removeServerFolder(join(home, 'postgresql'))
  rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
}

function withoutOurs(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && !entry[0].startsWith('TRUNKLINE_'),
    ),
  )
}

import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** A process of ours that is started again when it ends. */
export interface Child {
  readonly name: string
  pid(): number | undefined
  /** Rejects when the process ends again and again before `ready` was called, with its last words. */
  readonly failed: Promise<never>
  /** From now on an end is only a reason to start again. */
  ready(): void
  /** SIGKILL: it hangs. It is started again. */
  kill(): void
  /** SIGTERM, and SIGKILL when that does not end it within `graceMs`. */
  stop(graceMs: number): Promise<void>
}

export interface ChildEnd {
  name: string
  code: number | null
  signal: string | null
  /** How long until it is started again. */
  waitMs: number
}

export interface ChildOptions {
  name: string
  script: string
  env: Record<string, string>
  onOutput: (text: Buffer) => void
  onMessage?: (message: unknown) => void
  onRestart?: (end: ChildEnd) => void
  now?: () => number
}

const firstBackoffMs = 250
const longestBackoffMs = 10_000
const healthyAfterMs = 30_000
/** Ends before it was ever ready that are tolerated; a configuration error is never tolerated. */
const startAttempts = 4
const configurationExit = 78

export function startChild(options: ChildOptions): Child {
  const { name, now = () => performance.now() } = options
  const stopping = new AbortController()
  const failure = Promise.withResolvers<never>()
  failure.promise.catch(() => undefined)
  let isReady = false
  let current: ChildProcess | undefined
  let lastWords = ''

  const runOnce = async () => {
    lastWords = ''
    current = spawnNode(options, (text) => {
      lastWords = (lastWords + text.toString('utf8')).slice(-4_000)
    })
    const [code, signal] = await exitOf(current)
    current = undefined
    return { code, signal }
  }

  const keepRunning = async () => {
    let backoffMs = firstBackoffMs
    let attempts = 0
    while (!stopping.signal.aborted) {
      const startedAt = now()
      const { code, signal } = await runOnce()
      if (stopping.signal.aborted) return
      attempts++
      if (!isReady && (code === configurationExit || attempts >= startAttempts))
        return failure.reject(new ChildFailed({ name, code, signal, lastWords }))
      if (now() - startedAt >= healthyAfterMs) backoffMs = firstBackoffMs
      options.onRestart?.({ name, code, signal, waitMs: backoffMs })
      await sleep(backoffMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      backoffMs = Math.min(backoffMs * 2, longestBackoffMs)
    }
  }
  const running = keepRunning()

  return {
    name,
    pid: () => current?.pid,
    failed: failure.promise,
    ready: () => {
      isReady = true
    },
    kill: () => void current?.kill('SIGKILL'),
    stop: (graceMs) => {
      stopping.abort()
      return endWithin({ child: current, ended: running, graceMs })
    },
  }
}

async function endWithin(end: {
  child: ChildProcess | undefined
  ended: Promise<void>
  graceMs: number
}): Promise<void> {
  end.child?.kill('SIGTERM')
  const timer = setTimeout(() => end.child?.kill('SIGKILL'), end.graceMs)
  await end.ended
  clearTimeout(timer)
}

class ChildFailed extends Error {
  readonly code: number | null

  constructor(end: {
    name: string
    code: number | null
    signal: string | null
    lastWords: string
  }) {
    const how = end.signal === null ? `with code ${String(end.code)}` : `by ${end.signal}`
    super(
      `The ${end.name} ended ${how} before it was ready. Its last words:\n${lastLines(end.lastWords)}`,
    )
    this.name = 'ChildFailed'
    this.code = end.code
  }
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-12).join('\n')
}

const dieWithParent = fileURLToPath(new URL('./die-with-parent.js', import.meta.url))

/** In a session of its own, so that Ctrl-C reaches only the supervisor, which stops things in order. */
function spawnNode(options: ChildOptions, keep: (text: Buffer) => void): ChildProcess {
  const child = spawn(process.execPath, ['--import', dieWithParent, options.script], {
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  })
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text: Buffer) => {
      keep(text)
      options.onOutput(text)
    })
  if (options.onMessage) child.on('message', options.onMessage)
  return child
}

async function exitOf(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  try {
    const [code, signal]: unknown[] = await once(child, 'exit')
    // What Node documents for `exit`.
    return [code as number | null, signal as NodeJS.Signals | null]
  } catch {
    return [null, null]
  }
}

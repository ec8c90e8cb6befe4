import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from './config.ts'
import type { Log } from './log.ts'

/** What the watchdog says to the worker. The configuration goes this way, so that only the watchdog reads the environment. */
export type ToWorker = { kind: 'start'; config: Config; restarts: number } | { kind: 'stop' }

/** What the worker says: that its event loop turns. */
export type ToWatchdog = { kind: 'alive' }

export interface WatchdogOptions {
  config: Config
  log: Log
  signal: AbortSignal
  /** The worker's module; another one in tests. */
  worker?: string
  timing?: Partial<Timing>
}

export interface Timing {
  /** Silence after which a worker is looked at, also before its first word. */
  silenceMs: number
  /** Further silence after which it is taken as hung: longer than it is between two of its words. */
  lastChanceMs: number
  /** How long a worker may take to stop. */
  stopMs: number
  firstDelayMs: number
  longestDelayMs: number
}

const defaults: Timing = {
  silenceMs: 2_000,
  lastChanceMs: 1_200,
  stopMs: 4_000,
  firstDelayMs: 200,
  // With the time to notice a hang, still within five seconds.
  longestDelayMs: 1_500,
}

// The worker must stay small beside a database; should it grow all the same, it ends and is started anew.
const memoryLimits = ['--max-semi-space-size=1', '--max-old-space-size=384']

/** A run this long means that the trouble before it is over. */
const soundMs = 10_000

/** Words after which a worker has loaded what it needs: the first comes before that. */
const wordsOfStart = 3

/** A worker that hangs while it starts may be a slow machine: the next may be silent twice as long there, up to so many times. */
const mostPatience = 8

/** Keeps one worker running until the signal is aborted, and then stops it. */
export async function keepWorker(options: WatchdogOptions): Promise<void> {
  const { config, log, signal } = options
  const timing = { ...defaults, ...options.timing }
  const module = options.worker ?? fileURLToPath(new URL('./worker.ts', import.meta.url))
  let delayMs = timing.firstDelayMs
  let patience = 1
  for (let restarts = 0; !signal.aborted; restarts += 1) {
    const startedAt = performance.now()
    const reason = await runWorker({ module, config, restarts, signal, timing, patience })
    if (signal.aborted) return
    if (performance.now() - startedAt > soundMs) delayMs = timing.firstDelayMs
    patience = reason === hungAtStart ? Math.min(patience * 2, mostPatience) : 1
    log('worker_ended', { reason, restarts: restarts + 1, delayMs })
    await sleep(delayMs, undefined, { signal }).catch(() => undefined)
    delayMs = Math.min(delayMs * 2, timing.longestDelayMs)
  }
}

interface Run {
  module: string
  config: Config
  restarts: number
  signal: AbortSignal
  timing: Timing
  patience: number
}

const hungAtStart = 'hung while it started'

/** Starts a worker and resolves with the reason when it has ended, in whatever way. */
async function runWorker(run: Run): Promise<string> {
  const { module, config, restarts, signal, timing } = run
  // Its own flags only: what is preloaded into this process has no use in that one.
  const child = fork(module, [], { serialization: 'json', execArgv: memoryLimits })
  const ended = Promise.withResolvers<string>()
  let hangReason = ''
  const silence = watchSilence(run, (isStarting) => {
    hangReason = isStarting ? hungAtStart : 'hung'
    child.kill('SIGKILL')
  })
  child.on('message', silence.heard)
  child.on('error', (error) => ended.resolve(`cannot be started: ${error.message}`))
  child.on('exit', (code, by) => ended.resolve(hangReason || (by ?? `exit code ${code}`)))
  tell(child, { kind: 'start', config, restarts })
  const stop = () => void stopWorker(child, timing)
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  try {
    return await ended.promise
  } finally {
    silence.stop()
    signal.removeEventListener('abort', stop)
  }
}

async function stopWorker(child: ChildProcess, { stopMs }: Timing): Promise<void> {
  tell(child, { kind: 'stop' })
  await sleep(stopMs, undefined, { ref: false })
  child.kill('SIGKILL')
}

function tell(child: ChildProcess, message: ToWorker): void {
  // An error here means that the worker is gone, which its exit tells too.
  if (child.connected) child.send(message, () => undefined)
}

/**
 * Calls `onSilent` when nothing is heard for too long. In two steps: when this process or the whole machine was stopped,
 * the first timer fires before anything could be heard. One timer, put off by every word: this process hardly ever wakes.
 */
function watchSilence({ timing, patience }: Run, onSilent: (isStarting: boolean) => void) {
  let words = 0
  let isUsual = false
  const isStarting = () => words < wordsOfStart
  let timer = wait()

  function wait(): NodeJS.Timeout {
    return setTimeout(giveLastChance, timing.silenceMs * (isStarting() ? patience : 1))
  }

  function giveLastChance(): void {
    timer = setTimeout(() => onSilent(isStarting()), timing.lastChanceMs)
    isUsual = false
  }

  return {
    heard: () => {
      words += 1
      if (isUsual && words !== wordsOfStart) return void timer.refresh()
      isUsual = true
      clearTimeout(timer)
      timer = wait()
    },
    stop: () => clearTimeout(timer),
  }
}

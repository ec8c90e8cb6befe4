import { hostname } from 'node:os'
import { exit } from 'node:process'
import { messageOf, log } from './log.ts'
import type { ToWatchdog, ToWorker } from './watchdog.ts'

// The worker: everything an agent does. It lives only as long as its watchdog. What it does is loaded behind its first word,
// so that a worker that hangs is told from one that loads.
const aliveEveryMs = 1_000
const watchdogPid = process.ppid
const stop = new AbortController()

// Without a watchdog it is only loaded: see `--check` in main.ts.
if (process.connected) start()

function start(): void {
  process.on('SIGTERM', () => stop.abort())
  // Ctrl-C goes to the whole group: the watchdog says when to stop.
  process.on('SIGINT', () => undefined)
  process.on('disconnect', () => exit(1))
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'stop') stop.abort()
    else void work(message)
  })
  setInterval(beat, aliveEveryMs)
  beat()
}

function beat(): void {
  if (process.ppid !== watchdogPid) exit(1)
  process.send?.({ kind: 'alive' } satisfies ToWatchdog, () => undefined)
}

async function work({ config, restarts }: Extract<ToWorker, { kind: 'start' }>): Promise<void> {
  try {
    const { runAgent } = await import('./run-agent.ts')
    await runAgent({ config, restarts, log, hostName: hostname(), signal: stop.signal })
    exit(0)
  } catch (error) {
    log('worker_failed', { error: messageOf(error) })
    exit(1)
  }
}

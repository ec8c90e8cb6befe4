import { readConfig } from './config.ts'
import { readIdentity } from './identity/home.ts'
import { takeLock } from './lock.ts'
import { log, messageOf } from './log.ts'
import { keepWorker } from './watchdog.ts'

// The watchdog: a process that does nothing but keep the worker running.
const usage = 78

async function main(): Promise<number> {
  const config = readConfig(process.env)
  if (process.argv.includes('--check')) return check(config.metricsWriteUrls.length > 0)
  const stop = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => stop.abort())
  await using lock = await takeLock({ home: config.home, part: 'watchdog' })
  if (!lock) throw new Error(`Another agent is running with ${config.home}; stop that one first.`)
  await readIdentity(config.home)
  log('agent_started', { home: config.home, pid: process.pid })
  await keepWorker({ config, log, signal: stop.signal })
  log('agent_stopped')
  return 0
}

/** Loads all that the agent may load, so that Node's cache has it compiled; without a watchdog a worker does nothing. */
async function check(writesMetrics: boolean): Promise<number> {
  await Promise.all([import('./worker.ts'), import('./run-agent.ts')])
  await import('./actions/permit.ts')
  if (writesMetrics) await Promise.all([import('./sinks/otlp.ts'), import('./sinks/http-post.ts')])
  return 0
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`)
  return usage
})

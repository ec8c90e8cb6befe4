import { probes } from '@trunkline/probes'
import { createActions } from './actions/actions.ts'
import { createJournal } from './actions/journal.ts'
import { createNewsChannel } from './actions/news-channel.ts'
import { answerRequest } from './answer-request.ts'
import { createCollector } from './collector.ts'
import type { Config } from './config.ts'
import { openConfiguration } from './configuration.ts'
import { sendHeartbeats } from './heartbeat.ts'
import { createApi } from './identity/api.ts'
import { homePaths, readIdentity } from './identity/home.ts'
import { keepCertificate } from './identity/renew.ts'
import { takeLock } from './lock.ts'
import type { Log } from './log.ts'
import { expose } from './metrics/exposition.ts'
import { createHealth, updateHealth, type Health } from './metrics/health.ts'
import { createNewest } from './metrics/newest.ts'
import { serveMetrics } from './metrics/server.ts'
import { createRecorder } from './recorder.ts'
import { createSchedule } from './schedule.ts'
import { apiSinkName, runSinks, sinkNames } from './sinks/start-sinks.ts'
import { openSpool, type Spool } from './spool/spool.ts'
import { pollWork } from './work.ts'

export interface AgentOptions {
  config: Config
  restarts: number
  hostName: string
  log: Log
  signal: AbortSignal
}

/** As in package.json; a test compares them. */
export const agentVersion = '0.1.0'

/** Collects, and brings what it collected to where it belongs, until the signal is aborted. */
export async function runAgent(options: AgentOptions): Promise<void> {
  const { config, log, signal } = options
  await using stack = new AsyncDisposableStack()
  const lock = await takeLock({ home: config.home, part: 'worker', waitMs: 4_000 })
  if (!lock) throw new Error(`Another worker is still running with ${config.home}.`)
  stack.use(lock)
  const parts = await openParts(options, stack)
  const { api, spool, health, newest, collector, configuration } = parts
  const sinks = sinkNames(config)

  async function metrics(): Promise<string> {
    updateHealth(health, { spool, sinks })
    return expose(newest.fresh(), probes) + (await health.registry.metrics())
  }
  const journal = createJournal(homePaths(config.home).journal)
  // Read before anything new can be claimed.
  const leftBehind = await journal.all()
  const actions = createActions({
    journal,
    channel: createNewsChannel(api, signal),
    permit: async (action) => {
      // Loaded with the first action: reading documents strictly costs ten megabytes.
      const { permit } = await import('./actions/permit.ts')
      return permit(config.home, action, Date.now())
    },
    instance: (id) => collector.instance(id),
    sampleNow: (instanceId, probe) => collector.runNow(instanceId, probe),
    log,
  })
  await Promise.all([
    actions.recover(leftBehind).catch((error: unknown) => log('news_not_told', { error })),
    runSinks({ config, spool, api, probes, health, log, signal }),
    serveMetrics({ listen: config.metricsListen, log, signal, metrics }),
    sendHeartbeats({ api, signal, heartbeat: createHeartbeat(options, spool) }),
    keepCertificate({ home: config.home, api, log, signal }),
    pollWork({
      api,
      signal,
      log,
      configVersion: () => configuration.current?.version,
      refreshConfig: configuration.refresh,
      answer: (request) => answerRequest(request, { api, collector }),
      act: (action) => actions.run(action),
    }),
  ])
}

async function openParts(
  { config, hostName, restarts, log }: AgentOptions,
  stack: AsyncDisposableStack,
) {
  const { home } = config
  const api = stack.use(createApi(await readIdentity(home)))
  const directory = homePaths(home).spool
  const spool = stack.use(await openSpool({ directory, sinks: sinkNames(config) }))
  const health = createHealth()
  health.workerRestarts.set(restarts)
  tellDamage(spool, { health, log })
  const newest = createNewest(probes)
  const recorder = createRecorder({ append: spool.append, newest, health, log })
  const schedule = createSchedule({
    onSkipped: (name) => health.skipped.inc({ probe: name.split('/')[1] ?? name }),
    onFailed: (name, error) => log('run_failed', { name, error }),
  })
  const collector = stack.use(createCollector({ probes, schedule, recorder, newest, hostName }))
  stack.use(schedule)
  const configuration = await openConfiguration({ api, home, apply: collector.apply, log })
  return { api, spool, health, newest, collector, configuration }
}

function createHeartbeat({ restarts }: AgentOptions, spool: Spool) {
  const startedAt = new Date().toISOString()
  return () => {
    const { bytes, dropped, unwritten, oldestSeconds } = spool.stats()
    return {
      version: agentVersion,
      startedAt,
      workerRestarts: restarts,
      spoolBytes: bytes,
      spoolOldestSeconds: oldestSeconds(apiSinkName),
      droppedSamples: dropped(apiSinkName) + unwritten,
    }
  }
}

function tellDamage({ damage }: Spool, { health, log }: { health: Health; log: Log }): void {
  for (const [kind, count] of Object.entries(damage)) health.spoolDamage.set({ kind }, count)
  if (Object.values(damage).some((count) => count > 0)) log('spool_damaged', { ...damage })
}

import { mkdir } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectRepository, createSealer } from '@trunkline/api/repository'
import { probes } from '@trunkline/probes'
import { rules } from '@trunkline/rules'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { runVerifyLoop } from './actions/verify-loop.ts'
import { type Config, readConfig } from './config.ts'
import { engineSettings } from './engine-settings.ts'
import { createEngineMetrics } from './engine-metrics.ts'
import { createEvaluationLoop, type EvaluationLoop } from './evaluation-loop.ts'
import { createLeadership } from './leadership.ts'
import { createLog } from './log.ts'
import { createLeaseOwner, isProcessAlive } from './notify/lease-owner.ts'
import { createNotifyMetrics } from './notify/notify-metrics.ts'
import { runSendLoop } from './notify/send-loop.ts'
import { prepareRules } from './prepared-rule.ts'
import { serveHealth } from './serve-health.ts'

const silentForMs = 30_000

const log = createLog((line) => process.stdout.write(line))
const config = readConfigOrExit()
try {
  await run(config, untilStopped())
  log('stopped')
} catch (error) {
  log('failed', { error: error instanceof Error ? error.message : String(error) })
  // Loops may have begun: nothing of it may go on by itself.
  process.exit(1)
}

function readConfigOrExit(): Config {
  try {
    const read = readConfig(process.env)
    if (process.argv.includes('--check')) process.exit(0)
    return read
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(78)
  }
}

/** Evaluates, sends and answers `/metrics` until stopped; a repository that is away is waited for. */
async function run(config: Config, stopped: AbortSignal): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const { repositoryUrl: url } = config
  const sql = connectRepository({
    url,
    max: 6,
    deadlineMs: 10_000,
    applicationName: 'trunkline engine',
    settings: engineSettings,
  })
  stack.defer(() => sql.end())
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'trunkline_engine_' })
  const owner = createLeaseOwner({ host: hostname(), pid: process.pid, isAlive: isProcessAlive })
  const metrics = createEngineMetrics(registry)
  let loop: EvaluationLoop | undefined
  const leadership = createLeadership({
    sql,
    owner,
    signal: stopped,
    log,
    onChange: (isLeader) => {
      metrics.leads(isLeader)
      if (isLeader) loop?.wakeAll()
    },
  })
  const evaluation = createEvaluationLoop(
    { sql, rules: prepareRules(rules, probes), leadership, metrics, log, mailDomain: mailDomain() },
    stopped,
  )
  loop = evaluation
  const health = () => ({
    isHealthy:
      leadership.current() === undefined || Date.now() - evaluation.lastContactAt() < silentForMs,
    detail: {
      leads: leadership.current() !== undefined,
      lastContactAt: new Date(evaluation.lastContactAt()),
    },
  })
  const server = stack.use(await serveHealth({ listen: config.listen, registry, health }))
  const keys = join(config.home, 'keys')
  await mkdir(keys, { recursive: true, mode: 0o700 })
  const sealer = createSealer(join(keys, 'secrets.key'))
  const sending = runSendLoop(
    {
      sql,
      owner,
      unseal: (sealed, context) => sealer.unseal(sealed, context),
      publicUrl: config.publicUrl,
      now: () => new Date(),
      sleep: (ms) => sleep(ms),
      log,
      metrics: createNotifyMetrics(registry),
    },
    stopped,
  )
  log('started', { listen: `${config.listen.host}:${server.port}` })
  const verifying = runVerifyLoop({ sql, log }, stopped)
  await Promise.all([evaluation.done, leadership.done, sending, verifying])
}

/** Right of the @ in Message-IDs. */
function mailDomain(): string {
  return (
    hostname()
      .toLowerCase()
      .replace(/[^a-z0-9.-]/g, '-') || 'trunkline.invalid'
  )
}

/** Aborted by SIGTERM or SIGINT, and when the supervisor that started us is gone. */
function untilStopped(): AbortSignal {
  const controller = new AbortController()
  const stop = (): void => controller.abort()
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  if (process.connected) process.once('disconnect', stop)
  return controller.signal
}

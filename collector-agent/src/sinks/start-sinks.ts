import { createHash } from 'node:crypto'
import type { Probe } from '@trunkline/probes'
import type { Config } from '../config.ts'
import type { Api } from '../identity/api.ts'
import { homePaths } from '../identity/home.ts'
import type { Log } from '../log.ts'
import type { Health } from '../metrics/health.ts'
import type { Spool } from '../spool/spool.ts'
import { createApiSink } from './api.ts'
import { drain } from './drain.ts'

export interface SinksOptions {
  config: Config
  spool: Spool
  api: Api
  probes: Record<string, Probe>
  health: Health
  log: Log
  signal: AbortSignal
}

/** The name of the sink that is the api. */
export const apiSinkName = 'api'

/** The names of all sinks of a configuration: the api, and one for each address of a metrics store. */
export function sinkNames({ metricsWriteUrls }: Config): string[] {
  return [apiSinkName, ...metricsWriteUrls.map(otlpSinkName)]
}

/** Runs every sink until the signal is aborted, each at its own pace. */
export async function runSinks(options: SinksOptions): Promise<void> {
  const otlp = options.config.metricsWriteUrls.map((url) => runOtlpSink(url, options))
  await Promise.all([runApiSink(options), ...otlp])
}

function runApiSink(options: SinksOptions): Promise<void> {
  const { api, spool, log, health } = options
  const onRefused = (count: number) => health.refused.inc({ sink: apiSinkName }, count)
  const sink = createApiSink({ api, spoolId: spool.id, log, onRefused })
  return drain({ ...drainOptions(apiSinkName, options), sink })
}

async function runOtlpSink(url: string, options: SinksOptions): Promise<void> {
  const { probes, log, health } = options
  const name = otlpSinkName(url)
  // Loaded only where there is a metrics store: it doubles the memory of an agent.
  const { createOtlpSink } = await import('./otlp.ts')
  const { createPoster } = await import('./http-post.ts')
  using poster = createPoster(new URL(url))
  const onRejected = (count: number, message: string) => {
    health.refused.inc({ sink: name }, count)
    log('points_rejected', { sink: name, count, message })
  }
  const { origin, pathname } = new URL(url)
  log('metrics_written_to', { sink: name, url: `${origin}${pathname}` })
  const sink = createOtlpSink({ probes, poster, onRejected })
  await drain({ ...drainOptions(name, options), sink })
}

function drainOptions(name: string, { config, spool, health, log, signal }: SinksOptions) {
  const quarantineFolder = homePaths(config.home).quarantine
  return { reader: spool.reader(name), quarantineFolder, health, log, signal }
}

function otlpSinkName(url: string): string {
  return `otlp-${createHash('sha256').update(url).digest('hex').slice(0, 8)}`
}

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { createMiddleware } from 'hono/factory'
import { routePath } from 'hono/route'

export interface Metrics {
  registry: Registry
  samplesStored: Counter
  samplesRefused: Counter
  requestSeconds: Histogram<'listener' | 'method' | 'route' | 'status'>
}

/** Our own health, for Prometheus. */
export function createMetrics(read: {
  eventStreams: () => number
  waitingAgents: () => number
  isReady: () => boolean
}): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'trunkline_api_' })
  const gauge = (name: string, help: string, value: () => number) => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value())
      },
    })
  }
  gauge('trunkline_api_ready', '1 when the repository is migrated.', () => Number(read.isReady()))
  gauge('trunkline_api_event_streams', 'Pages that listen for events.', read.eventStreams)
  gauge('trunkline_api_waiting_agents', 'Agents that wait for work.', read.waitingAgents)
  const counter = (name: string, help: string) => new Counter({ name, help, registers: [registry] })
  return {
    registry,
    samplesStored: counter('trunkline_api_samples_stored_total', 'Samples committed for agents.'),
    samplesRefused: counter(
      'trunkline_api_samples_refused_total',
      'Samples that never will be stored.',
    ),
    requestSeconds: new Histogram({
      name: 'trunkline_api_request_duration_seconds',
      help: 'Time to answer a request, by the pattern of its path.',
      labelNames: ['listener', 'method', 'route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers: [registry],
    }),
  }
}

/** Measures every request of a listener. */
export function measureRequests(metrics: Metrics, listener: 'users' | 'agents') {
  return createMiddleware(async (c, next) => {
    const startedAt = performance.now()
    await next()
    metrics.requestSeconds.observe(
      {
        listener,
        method: knownMethod(c.req.method),
        // Of what answered; routes behind it, such as that of the pages, match too.
        route: routePath(c),
        status: c.res.status,
      },
      (performance.now() - startedAt) / 1_000,
    )
  })
}

/** A client may send any word as its method; each new one would be a new series. */
function knownMethod(method: string): string {
  return ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'].includes(method) ? method : 'other'
}

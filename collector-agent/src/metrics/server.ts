import { createServer, type Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf, type Log } from '../log.ts'

export interface MetricsServerOptions {
  listen: { readonly host: string; readonly port: number }
  metrics: () => Promise<string>
  log: Log
  signal: AbortSignal
}

const retryMs = 10_000

/** Serves `/metrics` and `/healthz` until the signal is aborted. A busy port is told, and tried again: collecting goes on without. */
export async function serveMetrics(options: MetricsServerOptions): Promise<void> {
  const { listen, log, signal } = options
  let isTold = false
  while (!signal.aborted) {
    const server = createMetricsServer(options)
    try {
      await listenOn(server, listen)
      log('metrics_listening', { ...listen })
      await aborted(signal)
    } catch (error) {
      const hint = `Nothing is served on ${listen.host}:${listen.port}: free the port or set TRUNKLINE_AGENT_METRICS_LISTEN.`
      if (!isTold) log('metrics_not_listening', { error: messageOf(error), hint })
      isTold = true
      await sleep(retryMs, undefined, { signal }).catch(() => undefined)
    } finally {
      server.close()
      server.closeAllConnections()
    }
  }
}

function createMetricsServer({ metrics }: MetricsServerOptions): Server {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0]
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (isRead && path === '/healthz') return void response.end('ok\n')
    if (!isRead || path !== '/metrics') return void response.writeHead(404).end('not found\n')
    metrics().then(
      (text) => response.setHeader('content-type', 'text/plain; version=0.0.4').end(text),
      (error: unknown) => response.writeHead(500).end(`${messageOf(error)}\n`),
    )
  })
  server.headersTimeout = 5_000
  server.requestTimeout = 10_000
  server.maxConnections = 50
  return server
}

async function listenOn(server: Server, listen: { host: string; port: number }): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(listen, resolve)
  await promise
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
}

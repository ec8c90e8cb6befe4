import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'

export interface HealthServer extends AsyncDisposable {
  port: number
}

/** Serves `/metrics` and `/healthz` for who runs the engine. */
export async function serveHealth(given: {
  listen: { host: string; port: number }
  registry: Registry
  health: () => { isHealthy: boolean; detail: Record<string, unknown> }
}): Promise<HealthServer> {
  const { listen, registry, health } = given
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0]
    if (path === '/metrics') return void answerMetrics(registry, response)
    if (path !== '/healthz') return void response.writeHead(404).end()
    const { isHealthy, detail } = health()
    response.writeHead(isHealthy ? 200 : 503, { 'content-type': 'application/json' })
    response.end(`${JSON.stringify(detail)}\n`)
  })
  server.requestTimeout = 5_000
  server.headersTimeout = 5_000
  server.maxConnections = 50
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', (cause: NodeJS.ErrnoException) => {
    const busy = `${listen.host}:${listen.port} is taken by another process; set TRUNKLINE_ENGINE_LISTEN`
    reject(cause.code === 'EADDRINUSE' ? new Error(busy, { cause }) : cause)
  })
  server.listen(listen.port, listen.host, resolve)
  await promise
  return {
    port: (server.address() as AddressInfo).port, // a TCP server's, since it listens on a host and port
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((done) => void server.close(done))
    },
  }
}

async function answerMetrics(registry: Registry, response: ServerResponse): Promise<void> {
  const text = await registry.metrics()
  response.writeHead(200, { 'content-type': registry.contentType }).end(text)
}

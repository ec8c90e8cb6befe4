import { freePort } from './free-port.ts'
import { type HttpServer, startHttpServer } from './http-server.ts'

export interface TestVictoriaMetrics extends HttpServer {
  /** Where OTLP goes to. */
  writeUrl: string
}

/** A VictoriaMetrics that names metrics as Prometheus does, and shows at once what it was sent. */
export async function startVictoriaMetrics(): Promise<TestVictoriaMetrics> {
  const port = await freePort()
  const server = await startHttpServer({
    program: 'victoria-metrics',
    port,
    flags: (folder) => [
      `-httpListenAddr=127.0.0.1:${port}`,
      `-storageDataPath=${folder}/data`,
      '-opentelemetry.usePrometheusNaming',
      '-search.latencyOffset=0s',
      '-memory.allowedBytes=128MB',
      '-inmemoryDataFlushInterval=1s',
    ],
    ready: '/health',
  })
  return { ...server, writeUrl: `${server.url}/opentelemetry/v1/metrics` }
}

import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { freePort } from '../../deploy/test/free-port.ts'
import { startHttpServer } from '../../deploy/test/http-server.ts'
import { monitorRole } from '../../deploy/test/monitored.ts'
import type { Side } from './sides.ts'

/**
 * What people run today for what our agent does: postgres_exporter and node_exporter with their default collectors, and
 * vmagent, which scrapes both every 15 s and sends on what they show. Who takes it keeps nothing and is not counted.
 */
export async function startExporters(serverPort: number): Promise<Side> {
  const stack = new AsyncDisposableStack()
  const sink = stack.use(await startSink())
  const exporter = stack.use(await startPostgresExporter(serverPort))
  const node = stack.use(await startNodeExporter())
  const agent = stack.use(await startVmagent([exporter.port, node.port], sink.url))
  const pids = [exporter.pid, node.pid, agent.pid]
  return {
    pids,
    values: () => scrapedBy(agent.url),
    rare: () => ({ runs: 0, values: 0 }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

async function startPostgresExporter(serverPort: number) {
  const port = await freePort()
  return startHttpServer({
    program: 'postgres-exporter',
    port,
    flags: () => [`--web.listen-address=127.0.0.1:${port}`, '--log.level=error'],
    ready: '/',
    env: {
      DATA_SOURCE_NAME: `postgresql://${monitorRole}:test@127.0.0.1:${serverPort}/postgres?sslmode=disable`,
    },
  })
}

async function startNodeExporter() {
  const port = await freePort()
  return startHttpServer({
    program: 'node-exporter',
    port,
    flags: () => [`--web.listen-address=127.0.0.1:${port}`, '--log.level=error'],
    ready: '/',
  })
}

async function startVmagent(targets: number[], sinkUrl: string) {
  const port = await freePort()
  const list = targets.map((target) => `127.0.0.1:${target}`)
  const config = {
    global: { scrape_interval: '15s' },
    scrape_configs: [{ job_name: 'stack', static_configs: [{ targets: list }] }],
  }
  return startHttpServer({
    program: 'vmagent',
    port,
    flags(folder) {
      // JSON is YAML.
      writeFileSync(join(folder, 'scrape.yml'), JSON.stringify(config))
      return [
        `-httpListenAddr=127.0.0.1:${port}`,
        `-promscrape.config=${folder}/scrape.yml`,
        `-remoteWrite.url=${sinkUrl}`,
        `-remoteWrite.tmpDataPath=${folder}/queue`,
      ]
    },
    ready: '/health',
  })
}

async function startSink() {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(204).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server listening on TCP always has an AddressInfo.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/api/v1/write`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function scrapedBy(url: string): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(10_000) })
  const sum = /^vm_promscrape_scraped_samples_sum (\S+)$/m.exec(await answer.text())?.[1]
  if (sum === undefined) throw new Error('vmagent does not say how many samples it has scraped.')
  return Number(sum)
}

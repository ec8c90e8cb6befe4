import { type Probe, pointsOf, probes } from '@trunkline/probes'
import { startAgent } from '../../deploy/test/agent.ts'
import { freePort } from '../../deploy/test/free-port.ts'
import { startHttpServer } from '../../deploy/test/http-server.ts'
import { monitorRole } from '../../deploy/test/monitored.ts'

/** One of the two programs compared, running against a server. */
export interface Side extends AsyncDisposable {
  pid: number
  /** Metric values brought so far, but those of the rare probe. */
  values: () => number
  /** Runs so far of the probe that comes round more rarely than a window is long, and the values of one. */
  rare: () => { runs: number; values: number }
}

/** The one probe whose interval is longer than a window. */
export const rareProbe = 'tables'

/** How often the exporter is scraped, and our /metrics too. */
const scrapeMs = 15_000

/** The agent as it ships, samples sent to its api, and scraped as well. */
export async function startOurs(port: number): Promise<Side> {
  const agent = await startAgent({ watch: [{ name: 'watched', port }] })
  const scraping = scrapeOften(`http://${agent.metrics}/metrics`)
  return {
    pid: agent.pid,
    values: () =>
      agent.api.samples
        .filter(({ probe }) => probe !== rareProbe)
        .reduce((sum, sample) => sum + metricValues(sample), 0),
    rare() {
      const samples = agent.api.samples.filter(({ probe }) => probe === rareProbe)
      const newest = samples.at(-1)
      return { runs: samples.length, values: newest ? metricValues(newest) : 0 }
    },
    async [Symbol.asyncDispose]() {
      scraping.stop()
      await agent[Symbol.asyncDispose]()
    },
  }
}

/** postgres_exporter with its default collectors. */
export async function startExporter(serverPort: number): Promise<Side> {
  const port = await freePort()
  const server = await startHttpServer({
    program: 'postgres-exporter',
    port,
    flags: () => [`--web.listen-address=127.0.0.1:${port}`, '--log.level=error'],
    ready: '/',
    env: {
      DATA_SOURCE_NAME: `postgresql://${monitorRole}:test@127.0.0.1:${serverPort}/postgres?sslmode=disable`,
    },
  })
  const scraping = scrapeOften(`${server.url}/metrics`)
  return {
    pid: server.pid,
    values: () => scraping.values(),
    rare: () => ({ runs: 0, values: 0 }),
    async [Symbol.asyncDispose]() {
      scraping.stop()
      await server[Symbol.asyncDispose]()
    },
  }
}

type Received = Parameters<typeof pointsOf>[1] & { probe: string }

function metricValues(sample: Received): number {
  const probe = Object.entries<Probe>(probes).find(([name]) => name === sample.probe)?.[1]
  if (!probe) return 0
  return pointsOf(probe, sample, {}).reduce((sum, { points }) => sum + points.length, 0)
}

function scrapeOften(url: string) {
  let values = 0
  const scrape = async () => {
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) })
    const lines = (await answer.text()).split('\n')
    values += lines.filter((line) => line !== '' && !line.startsWith('#')).length
  }
  const attempt = () => void scrape().catch(() => undefined)
  const timer = setInterval(attempt, scrapeMs)
  attempt()
  return { values: () => values, stop: () => clearInterval(timer) }
}

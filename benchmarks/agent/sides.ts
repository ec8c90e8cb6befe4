import { type Probe, pointsOf, probes } from '@trunkline/probes'
import { startAgent } from '../../deploy/test/agent.ts'

/** One of the two sides compared, running against a server. */
export interface Side extends AsyncDisposable {
  /** Its processes; their children count too. */
  pids: number[]
  /** Metric values brought so far, but those of the rare probe. */
  values: () => number | Promise<number>
  /** Runs so far of the probe that comes round more rarely than a window is long, and the values of one. */
  rare: () => { runs: number; values: number }
}

/** The one probe whose interval is longer than a window. */
export const rareProbe = 'tables'

/** How often our /metrics is scraped, as the exporters are. */
const scrapeMs = 15_000

/** The agent as it ships, samples sent to its api, and scraped as well. */
export async function startOurs(port: number): Promise<Side> {
  const agent = await startAgent({ watch: [{ name: 'watched', port }] })
  const scraping = scrapeOften(`http://${agent.metrics}/metrics`)
  return {
    pids: [agent.pid],
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

type Received = Parameters<typeof pointsOf>[1] & { probe: string }

function metricValues(sample: Received): number {
  const probe = Object.entries<Probe>(probes).find(([name]) => name === sample.probe)?.[1]
  if (!probe) return 0
  return pointsOf(probe, sample, {}).reduce((sum, { points }) => sum + points.length, 0)
}

function scrapeOften(url: string) {
  const scrape = () => fetch(url, { signal: AbortSignal.timeout(10_000) })
  const attempt = () =>
    void scrape()
      .then((answer) => answer.arrayBuffer())
      .catch(() => undefined)
  const timer = setInterval(attempt, scrapeMs)
  attempt()
  return { stop: () => clearInterval(timer) }
}

import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startAgent, type TestAgent } from '../../deploy/test/agent.ts'
import { connectAs, createMonitor } from '../../deploy/test/monitored.ts'
import { startPostgres, type TestPostgres } from '../../deploy/test/postgres.ts'
import { startProxy } from '../../deploy/test/proxy.ts'

// The agent as it ships: watchdog and worker as processes, a real PostgreSQL. The api is a stand-in, to look into it.

let server: TestPostgres
beforeEach(async () => {
  server = await startPostgres()
  await createMonitor(server)
})
afterEach(() => server[Symbol.asyncDispose]())

const patience = { timeout: 30_000, interval: 50 }
const of = ({ api }: TestAgent, probe: string) =>
  api.samples.filter((sample) => sample.probe === probe)
const state = (agent: TestAgent) => of(agent, 'instance').at(-1)?.columns['state']?.[0]
const workerOf = ({ pid }: TestAgent): number | undefined => {
  try {
    return Number(execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).split('\n')[0])
  } catch {
    return undefined
  }
}
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
/** Sequences that do not follow the one before by one: none, when every one came in its place. */
const outOfPlace = ({ api }: TestAgent) =>
  api.samples
    .map(({ sequence }, index) => ({ sequence, before: api.samples[index - 1]?.sequence ?? 0 }))
    .filter(({ sequence, before }) => sequence !== before + 1)

function askForTables({ api }: TestAgent): void {
  api.requests.push({ kind: 'run_probe', id: randomUUID(), instanceId: 1, probe: 'tables' })
}

/** Whoever works in this worker's place, waited for as long as that may take. */
async function nextWorker(agent: TestAgent, before: number, interval = 50): Promise<number> {
  const isNew = () => {
    const worker = workerOf(agent)
    return worker !== undefined && worker !== before
  }
  await expect.poll(isNew, { timeout: 5_000, interval }).toBe(true)
  return workerOf(agent) ?? 0
}

async function watching(options: { port?: number } = {}) {
  const agent = await startAgent({ watch: [{ name: 'shop', port: options.port ?? server.port }] })
  await expect.poll(() => state(agent), patience).toBe('up')
  return agent
}

describe('the monitored server', () => {
  test('with a table locked for two minutes, gives us three sessions at most, none waiting long, and the other probes go on', async () => {
    const locker = connectAs(server, 'postgres')
    const watcher = connectAs(server, 'postgres')
    // Large enough to be among those shown.
    await locker`create table hot as select generate_series(1, 200000) as id`
    await locker`vacuum analyze hot`
    await using agent = await watching()
    await locker`begin`
    await locker`lock table hot in access exclusive mode`
    let mostSessions = 0
    let longestWait = 0
    const before = agent.api.samples.length
    const until = performance.now() + 120_000
    for (let round = 0; performance.now() < until; round += 1) {
      // By itself it runs once in five minutes, perhaps not in these two: asked for every ten seconds.
      if (round % 200 === 0) askForTables(agent)
      const [seen] = await watcher<{ sessions: number; waited: number }[]>`
        select count(*)::int as sessions,
               coalesce(max(extract(epoch from clock_timestamp() - query_start))
                        filter (where wait_event_type = 'Lock'), 0)::float8 as waited
          from pg_stat_activity where application_name like 'trunkline\\_agent%'`
      mostSessions = Math.max(mostSessions, seen?.sessions ?? 0)
      longestWait = Math.max(longestWait, seen?.waited ?? 0)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect(mostSessions).toBeGreaterThan(0)
    expect(mostSessions).toBeLessThanOrEqual(3)
    expect(longestWait).toBeLessThan(0.5)
    const meanwhile = agent.api.samples.slice(before)
    expect(meanwhile.filter(({ failure }) => failure !== undefined)).toEqual([])
    const count = (probe: string) => meanwhile.filter((sample) => sample.probe === probe).length
    expect(count('sessions')).toBeGreaterThan(10)
    expect(count('databases')).toBeGreaterThan(1)
    expect(count('tables')).toBeGreaterThan(3)
    expect(of(agent, 'tables').at(-1)?.columns['relation']).toContain('hot')
    expect(state(agent)).toBe('up')
    await locker`rollback`
    await Promise.all([locker, watcher].map((sql) => sql.end({ timeout: 5 })))
  }, 180_000)

  test('killed is told at once as down, and started again is up with all its probes', async () => {
    await using agent = await watching()
    await expect.poll(() => of(agent, 'wal').length, patience).toBeGreaterThan(0)
    await server.kill()
    const killedAt = Date.now()
    await expect.poll(() => state(agent), patience).toBe('down')
    const toldAt = Date.parse(of(agent, 'instance').at(-1)?.collectedAt ?? '')
    expect(toldAt - killedAt).toBeLessThan(6_000)
    expect(of(agent, 'instance').at(-1)?.columns['up']).toEqual([0])
    // While it is down nothing else is asked, and nothing is said of the other probes.
    expect(agent.api.samples.filter(({ failure }) => failure !== undefined)).toEqual([])
    const walBefore = of(agent, 'wal').length
    await server.start()
    await expect.poll(() => state(agent), patience).toBe('up')
    await expect.poll(() => of(agent, 'wal').length, patience).toBeGreaterThan(walBefore)
  })

  test('behind a path that swallows everything is told as unreachable', async () => {
    await using proxy = await startProxy({ to: server.port })
    await using agent = await watching({ port: proxy.port })
    proxy.set('half-open')
    await expect.poll(() => state(agent), patience).toBe('unreachable')
    proxy.set('pass')
    await expect.poll(() => state(agent), patience).toBe('up')
  })

  test('without a free slot is told as such', async () => {
    await using agent = await watching()
    const admin = connectAs(server, 'postgres')
    await admin`alter role monitor connection limit 1`
    await expect.poll(() => state(agent), patience).toBe('no_slots')
    await admin`alter role monitor connection limit 3`
    await expect.poll(() => state(agent), patience).toBe('up')
    await admin.end({ timeout: 5 })
  })
})

describe('the worker', () => {
  test('killed or hung is replaced within five seconds, and nothing is lost or doubled', async () => {
    await using agent = await watching()
    for (const signal of ['SIGKILL', 'SIGSTOP', 'SIGKILL'] as const) {
      const worker = workerOf(agent)
      if (worker === undefined) throw new Error('there is no worker')
      const heartbeats = agent.api.heartbeats.length
      process.kill(worker, signal)
      await nextWorker(agent, worker)
      expect(isAlive(worker)).toBe(false)
      await expect.poll(() => agent.api.heartbeats.length, patience).toBeGreaterThan(heartbeats)
    }
    expect(agent.api.heartbeats.at(-1)?.workerRestarts).toBe(3)
    const seen = agent.api.samples.length
    await expect.poll(() => agent.api.samples.length, patience).toBeGreaterThan(seen)
    expect(outOfPlace(agent)).toEqual([])
  }, 60_000)

  test('hung as soon as it was born is replaced within five seconds, too', async () => {
    await using agent = await watching()
    const worker = workerOf(agent)
    if (worker === undefined) throw new Error('there is no worker')
    process.kill(worker, 'SIGKILL')
    const newborn = await nextWorker(agent, worker, 1)
    process.kill(newborn, 'SIGSTOP')
    const heartbeats = agent.api.heartbeats.length
    await nextWorker(agent, newborn)
    expect(isAlive(newborn)).toBe(false)
    await expect.poll(() => agent.api.heartbeats.length, patience).toBeGreaterThan(heartbeats)
  }, 60_000)

  test('does not outlive its watchdog', async () => {
    await using agent = await watching()
    const worker = workerOf(agent)
    if (worker === undefined) throw new Error('there is no worker')
    process.kill(agent.pid, 'SIGKILL')
    await expect.poll(() => isAlive(worker), { timeout: 5_000 }).toBe(false)
  })
})

describe('the api', () => {
  test('away, refusing and out of its mind: samples wait, and come once, in order', async () => {
    await using agent = await watching()
    let refusals = 0
    agent.api.fault = (path) => {
      if (path !== '/samples') return undefined
      refusals += 1
      return { status: refusals % 2 === 0 ? 500 : 503, headers: { 'retry-after': '1' } }
    }
    const before = agent.api.samples.length
    await expect.poll(() => refusals, patience).toBeGreaterThan(3)
    expect(agent.api.samples.length).toBe(before)
    agent.api.fault = () => undefined
    await expect.poll(() => agent.api.samples.length, patience).toBeGreaterThan(before)
    expect(outOfPlace(agent)).toEqual([])
  })

  test('refusing one sample for good costs that one only', async () => {
    await using agent = await watching()
    const isPoison = (body: unknown) => JSON.stringify(body).includes('"probe":"wal"')
    agent.api.samples.length = 0
    agent.api.fault = (path, body) =>
      path === '/samples' && isPoison(body) ? { status: 400 } : undefined
    const metrics = async () => (await fetch(`http://${agent.metrics}/metrics`)).text()
    const quarantined = /trunkline_agent_sink_quarantined_total\{sink="api"\} [1-9]/
    // The probe runs once a quarter of a minute.
    await expect.poll(metrics, { timeout: 40_000, interval: 500 }).toMatch(quarantined)
    const seen = agent.api.samples.length
    await expect.poll(() => agent.api.samples.length, patience).toBeGreaterThan(seen)
    expect(of(agent, 'wal')).toEqual([])
  })
})

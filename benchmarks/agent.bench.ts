import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { durationMs, probes } from '@trunkline/probes'
import { debianProgram } from '../deploy/test/debian.ts'
import { connectAs, runProbe } from '../deploy/test/monitored.ts'
import type { TestPostgres } from '../deploy/test/postgres.ts'
import { startExporters } from './agent/exporters.ts'
import { type Memory, treeMemory, treeSeconds } from './agent/process-tree.ts'
import { rareProbe, type Side, startOurs } from './agent/sides.ts'
import { type Case, startWatchedServer } from './agent/watched.ts'
import { record, spread } from './record.ts'

const { values: given } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '45' },
    // By then both exporters have been scraped once.
    'warm-up': { type: 'string', default: '20' },
  },
})
const rounds = Number(given.rounds)
const windowMs = Number(given.seconds) * 1_000
const warmUpMs = Number(given['warm-up']) * 1_000
const cases: Case[] = [
  { name: 'fresh server', databases: 0, tables: 0 },
  { name: '20 databases × 50 tables', databases: 20, tables: 50 },
]
const programs = ['postgres-exporter', 'node-exporter', 'vmagent'] as const
const versions = Object.fromEntries(programs.map((name) => [name, versionOf(name)]))
const sides = ['trunkline', 'exporters'] as const

/** What one side cost in one window, per minute. */
interface Cost {
  values: number
  agentMs: number
  serverMs: number
  sessions: number
  memory: Memory
}

const targets: { what: string; of: (cost: Cost) => number; target: string }[] = [
  {
    what: 'CPU of agent and server per minute',
    of: ({ agentMs, serverMs }) => agentMs + serverMs,
    target: 'none',
  },
  {
    what: 'CPU of agent and server per value',
    of: ({ agentMs, serverMs, values }) => (agentMs + serverMs) / values,
    target: '≤ 0.4',
  },
  { what: 'CPU of the server per minute', of: ({ serverMs }) => serverMs, target: '≤ 1' },
  {
    what: 'CPU of the server per value',
    of: ({ serverMs, values }) => serverMs / values,
    target: '≤ 0.25',
  },
  { what: 'resident memory', of: ({ memory }) => memory.resident, target: '≤ 1.25' },
  {
    what: 'resident memory, what processes share counted once',
    of: ({ memory }) => memory.residentOnce,
    target: 'none',
  },
  { what: 'anonymous memory', of: ({ memory }) => memory.anonymous, target: '≤ 1.1' },
]

const results: { name: string; side: (typeof sides)[number]; cost: Cost }[] = []
for (const one of cases) results.push(...(await measureCase(one)))

const ratio = (name: string, of: (cost: Cost) => number) => {
  const [ours, peer] = sides.map((side) => median(name, side, of))
  return (ours ?? Number.NaN) / (peer ?? Number.NaN)
}
record({
  name: 'agent',
  question:
    'What does watching a server and its host cost, beside postgres_exporter, node_exporter and vmagent?',
  command: 'npm run bench:agent',
  versions: { postgresql: '18.4', ...versions },
  ratios: cases.flatMap(({ name }) =>
    targets.map(({ what, of, target }) => ({
      what: `${name}: ${what}`,
      ratio: ratio(name, of),
      target,
    })),
  ),
  figures: cases.flatMap(({ name }) => sides.map((side) => figure(name, side))),
  notes: [
    `Medians of ${rounds} windows of ${windowMs / 1_000} s for each side, in turn, each after ${warmUpMs / 1_000} s of warming up. Nothing else uses the server; left alone it needs no CPU.`,
    'Values are metric values: of ours as they arrive at the api, of the exporters as vmagent scrapes them every 15 s. Both sides send on what they bring and keep it on disk or in a queue until it is taken; ours over mutual TLS, and it is scraped every 15 s as well.',
    'Ours asks some things every 5 s, so that a fault is told within seconds, with a new connection each time: whether one is taken is the question. The exporters ask everything every 15 s, settings and database sizes among it, which ours does not read. Ours also brings rows that are no metrics (sessions, blocking edges).',
    'So ours brings far fewer values far more often, and its cost is by run and by connection, hardly by value: by value it loses; by the minute is what a host pays.',
    'The probe of tables runs every 5 minutes in every database: its values and its cost on the server, measured apart, are counted by their share of a window; the CPU of the agent and the new sessions are of windows in which it ran once. Memory is given twice: as the sum over processes, with what they share counted in each; and with the pages of a program that several of them run counted once. Ours are two processes of one program, the exporters three programs.',
  ],
})

async function measureCase(one: Case) {
  await using server = await startWatchedServer(one)
  const rareMs = await rareCost(server)
  const measured: typeof results = []
  for (let round = 1; round <= rounds; round++) {
    await using stack = new AsyncDisposableStack()
    const ours = stack.use(await startOurs(server.port))
    const ownCost = await measure({ server, side: ours, rareMs })
    await stack.disposeAsync()
    await using peer = await startExporters(server.port)
    const peerCost = await measure({ server, side: peer, rareMs: 0 })
    measured.push(
      { name: one.name, side: 'trunkline', cost: ownCost },
      { name: one.name, side: 'exporters', cost: peerCost },
    )
    process.stderr.write(
      `${one.name}, round ${round}: ${JSON.stringify({ rareMs, ownCost, peerCost })}\n`,
    )
  }
  return measured
}

async function measure(subject: {
  server: TestPostgres
  side: Side
  rareMs: number
}): Promise<Cost> {
  const { server, side, rareMs } = subject
  await sleep(warmUpMs)
  const read = async () => ({
    values: await side.values(),
    rareRuns: side.rare().runs,
    agent: treeSeconds(side.pids),
    server: treeSeconds([server.pid() ?? 0]),
    sessions: await sessionsOf(server),
  })
  const before = await read()
  await sleep(windowMs)
  const after = await read()
  // Whether the rare probe came round in this window is chance: it is counted by its share of one.
  const share = windowMs / durationMs(probes[rareProbe].every)
  const rareRuns = share - (after.rareRuns - before.rareRuns)
  return {
    values: after.values - before.values + side.rare().values * share,
    agentMs: (after.agent - before.agent) * 1_000,
    serverMs: (after.server - before.server) * 1_000 + rareRuns * rareMs,
    // Less our own question.
    sessions: after.sessions - before.sessions - 1,
    memory: treeMemory(side.pids),
  }
}

/** CPU of the server for the rare probe in every database, once, in milliseconds. */
async function rareCost(server: TestPostgres): Promise<number> {
  const sql = connectAs(server, 'postgres')
  const names = await sql<{ name: string }[]>`
    select datname as name from pg_database where datallowconn and not datistemplate`
  await sql.end({ timeout: 5 })
  const runs = Math.ceil(20 / names.length)
  const before = treeSeconds([server.pid() ?? 0])
  for (let run = 0; run < runs; run++) {
    for (const { name } of names) await runProbe(server, probes[rareProbe], { database: name })
  }
  return ((treeSeconds([server.pid() ?? 0]) - before) * 1_000) / runs
}

async function sessionsOf(server: TestPostgres): Promise<number> {
  const sql = connectAs(server, 'postgres')
  const [row] = await sql<{ sessions: number }[]>`
    select sum(sessions)::int as sessions from pg_stat_database`
  await sql.end({ timeout: 5 })
  return row?.sessions ?? 0
}

function median(name: string, side: string, of: (cost: Cost) => number): number {
  const chosen = results.filter((result) => result.name === name && result.side === side)
  return spread(chosen.map(({ cost }) => of(cost))).median
}

function figure(name: string, side: string): Record<string, string | number> {
  const at = (of: (cost: Cost) => number, digits = 0) =>
    Number(median(name, side, of).toFixed(digits))
  const perMinute = 60_000 / windowMs
  return {
    case: name,
    side,
    'values / min': at(({ values }) => values * perMinute),
    'agent CPU ms / min': at(({ agentMs }) => agentMs * perMinute),
    'server CPU ms / min': at(({ serverMs }) => serverMs * perMinute),
    'µs CPU / value': at(
      ({ agentMs, serverMs, values }) => ((agentMs + serverMs) * 1_000) / values,
      1,
    ),
    'server µs CPU / value': at(({ serverMs, values }) => (serverMs * 1_000) / values, 1),
    'new sessions / min': at(({ sessions }) => sessions * perMinute),
    'RSS MB': at(({ memory }) => memory.resident),
    'RSS MB, shared once': at(({ memory }) => memory.residentOnce),
    'anonymous MB': at(({ memory }) => memory.anonymous),
  }
}

/** As Debian packaged it: vmagent's build there does not know its own. */
function versionOf(name: (typeof programs)[number]): string {
  const program = debianProgram(name)
  if (!program) throw new Error(`${name} is not installed; run: npm run test:install`)
  const packaged = name === 'vmagent' ? 'victoria-metrics' : `prometheus-${name}`
  const changes = join(program, '../../share/doc', packaged, 'changelog.Debian.gz')
  const text = execFileSync('zcat', [changes], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 })
  return /\((\S+)\)/.exec(text)?.[1] ?? 'unknown'
}

import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { probes } from '@trunkline/probes'
import {
  connectRepository,
  ensurePartitions,
  type Sql,
  writeSamples,
} from '@trunkline/api/repository'
import { enrolTestAgent, startTestApi } from '../api/src/api.fixture.ts'
import type { Sample } from '../api/src/agent-client.ts'
import { startPostgres } from '../deploy/test/postgres.ts'
import { columns, createBatches, rowsOfSample } from './ingest/batches.ts'
import { insertBoth, insertHistory, makePlainTables } from './ingest/plain-insert.ts'
import { record, spread } from './record.ts'

const instances = 100
const batchesOfRun = 10
const runs = 7
const rowsOfRun = instances * rowsOfSample * batchesOfRun
const metrics = columns.filter(({ role }) => role === 'metric').length

await using server = await startPostgres({
  settings: { fsync: 'on', shared_buffers: '128MB', max_wal_size: '1GB' },
})
const url = await server.createDatabase('trunkline')
await using its = await startTestApi({ url })
const sql = connectRepository({ url, max: 2, deadlineMs: 60_000, applicationName: 'bench' })
using agent = await enrolTestAgent(its)
const instanceIds = await addInstances()
await ensurePartitions(sql, new Date())
await makePlainTables(sql)

const loadBefore = loadavg()[0]?.toFixed(1)
// An hour ago, so that what is written last is not of the future.
const startAt = Date.now() - 3_600_000
const sides = [
  side('plain unnest insert, history only', (samples) => insertHistory(sql, samples)),
  side('plain unnest insert, history and newest', (samples) => insertBoth(sql, samples)),
  side('writeSamples, history and newest, checked', (samples, spoolId) =>
    writeSamples({ sql, probes, now: new Date() }, { agentId: agent.id, spoolId, samples }),
  ),
  side('through the api: gzip, mutual TLS, JSON, writeSamples', post),
]

for (const { run } of sides) await run()
for (let round = 0; round < runs; round += 1) {
  for (const { run, seconds, cpu } of sides) {
    await sql.unsafe('checkpoint')
    const before = cpuSeconds()
    seconds.push(await run())
    cpu.push(cpuSeconds() - before)
  }
}
await sql.end()
report()

interface Side {
  what: string
  seconds: number[]
  /** Of PostgreSQL. */
  cpu: number[]
  run: () => Promise<number>
}

function side(what: string, write: (samples: Sample[], spoolId: string) => Promise<unknown>): Side {
  const batches = createBatches(instanceIds, startAt)
  const run = async (): Promise<number> => {
    const prepared = Array.from({ length: batchesOfRun }, batches.next)
    const from = performance.now()
    for (const samples of prepared) await write(samples, batches.spoolId)
    return (performance.now() - from) / 1_000
  }
  return { what, seconds: [], cpu: [], run }
}

// In pieces of the size an agent sends.
async function post(samples: Sample[], spoolId: string): Promise<void> {
  for (let from = 0; from < samples.length; from += 50) {
    const answer = await agent.client.samples.$post({
      json: { spoolId, samples: samples.slice(from, from + 50) },
    })
    if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`)
    const { refused } = await answer.json()
    if (refused[0]) throw new Error(refused[0].reason)
  }
}

async function addInstances(): Promise<number[]> {
  const rows = await (sql as Sql)<{ id: number }[]>`
    insert into pem.instance (name, agent_id, host_id, address, port, database_name, user_name)
    select 'i' || n, ${agent.id}, (select host_id from pem.agent where id = ${agent.id}), '10.0.0.' || n, 5432, 'd', 'u'
      from generate_series(1, ${instances}::int) n returning id`
  return rows.map(({ id }) => id)
}

/** User and system time of all processes of the server, also of those that ended. */
function cpuSeconds(): number {
  const pid = server.pid()
  if (pid === undefined) return Number.NaN
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
  // Own user and system time, then that of children that were waited for.
  const ticks = [ticksOf(String(pid), 4), ...children.map((child) => ticksOf(child, 2))]
  return ticks.reduce((sum, n) => sum + n, 0) / 100
}

function ticksOf(pid: string, fields: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const times = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 11 + fields)
    return times.reduce((sum, time) => sum + Number(time), 0)
  } catch {
    return 0
  }
}

function report(): void {
  const rate = (of: Side | undefined): number => rowsOfRun / spread(of?.seconds ?? []).median
  const [history, both, verb, http] = sides
  record({
    name: 'ingest',
    question: 'How fast are rows stored?',
    command: 'npm run bench:ingest',
    versions: { postgresql: '18.4', 'postgres.js': '3.4.9' },
    ratios: [
      {
        what: 'writeSamples / plain unnest insert of the same rows into history and newest, rows/s',
        ratio: rate(verb) / rate(both),
        target: '≥ 0.8',
      },
      {
        what: 'writeSamples / plain unnest insert of the same rows into history only, rows/s',
        ratio: rate(verb) / rate(history),
        target: '≥ 0.4',
      },
      {
        what: 'through the api / plain unnest insert into history and newest, rows/s',
        ratio: rate(http) / rate(both),
        target: '≥ 0.5',
      },
    ],
    figures: sides.map((one) => ({
      what: one.what,
      'rows/s': Math.round(rate(one)),
      'metric values/s': Math.round(rate(one) * metrics),
      'PostgreSQL CPU, µs a row': ((spread(one.cpu).median / rowsOfRun) * 1e6).toFixed(1),
      'seconds, min': spread(one.seconds).min.toFixed(3),
      'seconds, median': spread(one.seconds).median.toFixed(3),
      'seconds, max': spread(one.seconds).max.toFixed(3),
    })),
    notes: [
      `Load of the machine before: ${loadBefore}. The sides alternate, so a busy machine moves the figures more than the ratios.`,
      `Rows of the probe \`tables\`: ${columns.length} columns, ${metrics} of them metrics. A batch is ${instances} instances × ${rowsOfSample} rows, one transaction, one connection, synchronous_commit and fsync on; ${runs} runs of ${batchesOfRun} batches a side, alternating, after one to warm up; a checkpoint before each.`,
      'Plain: one array a column, as postgres.js serializes it, into tables without partitions; nothing is checked, nothing that vanished is deleted, no batch is known again.',
      'Through the api: batches of 50 samples, as large as an agent sends; the agent and the api are one process here, so both share one core.',
    ],
  })
}

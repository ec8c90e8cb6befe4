import { engineSettings } from '../alert-engine/src/engine-settings.ts'
import { evaluateRule } from '../alert-engine/src/evaluate.ts'
import { type PreparedRule, prepareRules } from '../alert-engine/src/prepared-rule.ts'
import type { Bounds } from '../alert-engine/src/read-rule.ts'
import {
  acquireLease,
  connectRepository,
  type Lease,
  migrate,
  type Sql,
  syncProbeTables,
} from '../api/repository/index.ts'
import { startPostgres } from '../deploy/test/postgres.ts'
import { type Probe, probes } from '../probes/index.ts'
import { rules } from '../rules/index.ts'
import { changeSome, fillFleet, sampleAgain } from './evaluate/simulated-fleet.ts'
import { record, spread } from './record.ts'

const rounds = 21
/** Until every `for` is served and every alert is as it stays. */
const warmUps = 130
const sizes = [100, 1_000]
const prepared = prepareRules(rules, probes)
const bounds = new Map<string, Bounds>()
const sampled = Object.entries<Probe>(probes)
  .filter(([, { scope }]) => scope !== 'host')
  .map(([name]) => name)

interface Measured {
  instances: number
  rows: number
  bare: number[]
  steady: number[]
  changing: number[]
  transitions: number
}

const measured: Measured[] = []
for (const size of sizes) measured.push(await measure(size))

record({
  name: 'evaluate',
  question:
    'How long does one pass of the 12 rules over the whole fleet take, beside the bare SQL of the same conditions?',
  command: 'npm run bench:evaluate',
  versions: { postgresql: '18.4' },
  ratios: measured.flatMap(({ instances, bare, steady, changing }) => [
    {
      what: `${instances} instances, nothing changes: pass / bare SQL`,
      ratio: spread(steady).median / spread(bare).median,
      target: 'none set',
    },
    {
      what: `${instances} instances, alerts change: pass / bare SQL`,
      ratio: spread(changing).median / spread(bare).median,
      target: 'none set',
    },
  ]),
  figures: measured.flatMap(({ instances, rows, bare, steady, changing, transitions }) =>
    Object.entries({
      'bare SQL': bare,
      'pass, nothing changes': steady,
      'pass, alerts change': changing,
    }).map(([side, values]) => ({
      instances,
      rows,
      side,
      'median ms': rounded(spread(values).median),
      'p95 ms': rounded(spread(values).p95),
      'min ms': rounded(spread(values).min),
      'transitions a pass':
        side === 'pass, alerts change' ? rounded(transitions / values.length) : 0,
    })),
  ),
  notes: [
    'Bare SQL: the 12 queries of the rules with their lowest clear value as a filter, prepared, one after the other on one connection, counting rows. Nothing is decided or stored.',
    'A pass: the engine itself: snapshot, rows, live alerts and how well each is watched, thresholds with overrides, the state machine, and the fenced transaction where alerts changed.',
    `Rounds alternate between the three; ${rounds} each. One instance in a hundred has each kind of trouble. Before every pass all rows get a time ten seconds later, as by a new sample; that is not counted.`,
    'PostgreSQL without fsync, as in all tests: commits of the passes that change something would wait for the disk otherwise.',
  ],
})

async function measure(instances: number): Promise<Measured> {
  await using server = await startPostgres({ settings: { shared_buffers: '256MB', jit: 'off' } })
  const sql = connectRepository({
    url: server.url,
    max: 1,
    deadlineMs: 60_000,
    applicationName: 'bench',
    settings: engineSettings,
  })
  await migrate(sql)
  await syncProbeTables(sql, probes)
  await fillFleet(sql, instances)
  const lease = await acquireLease({ sql }, { shard: 0, holder: 'bench', ttlMs: 3_600_000 })
  if (lease === undefined) throw new Error('no lease')
  const [count] = await sql`
    select (select count(*) from pemdata.sessions) + (select count(*) from pemdata.connections)
         + (select count(*) from pemdata.blocking) + (select count(*) from pemdata.slots)
         + (select count(*) from pemdata.wraparound) + (select count(*) from pemdata.filesystems)
         + 2 * (select count(*) from pemdata.instance) + (select count(*) from pemdata.probe_run) as rows`
  const result: Measured = {
    instances,
    rows: Number(count?.['rows']),
    bare: [],
    steady: [],
    changing: [],
    transitions: 0,
  }
  let time = Date.now()
  const sample = async (seconds: number): Promise<void> => {
    time += seconds * 1_000
    await sampleAgain(sql, sampled, new Date(time))
    // The one connection's clock; what follows runs at that time.
    await sql`select set_config('pem.now', ${new Date(time).toISOString()}, false)`
  }
  for (let round = 0; round < warmUps; round += 1) {
    await sample(30)
    await pass({ sql, lease })
  }
  await sql`vacuum analyze`
  for (let round = 0; round < rounds; round += 1) {
    await sample(10)
    result.bare.push(await timed(() => bareSql(sql)))
    result.steady.push(await timed(() => pass({ sql, lease })))
    await sample(10)
    await changeSome(sql, round % 2 === 0)
    const changing = timed(async () => {
      result.transitions += await pass({ sql, lease })
    })
    result.changing.push(await changing)
  }
  await sql.end()
  return result
}

async function pass(given: { sql: Sql; lease: Lease }): Promise<number> {
  let transitions = 0
  const warn = (event: string): never => {
    throw new Error(event)
  }
  for (const rule of prepared) {
    transitions += (
      await evaluateRule({ ...given, bounds, mailDomain: 'bench.invalid', warn }, rule)
    ).transitions
  }
  return transitions
}

async function bareSql(sql: Sql): Promise<void> {
  for (const rule of prepared) await sql.unsafe(bareStatement(rule), [], { prepare: true })
}

function bareStatement({ sql, bars }: PreparedRule): string {
  const isBelow = bars[0]?.side === 'below'
  const limits = bars.map(({ clear }) => clear)
  const condition = isBelow ? `value <= ${Math.max(...limits)}` : `value >= ${Math.min(...limits)}`
  return `select count(*) from (${sql}) o where ${condition}`
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

function rounded(value: number): number {
  return Number(value.toPrecision(3))
}

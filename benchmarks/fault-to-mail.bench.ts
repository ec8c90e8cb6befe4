import { spawnSync } from 'node:child_process'
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { debianProgram } from '../deploy/test/debian.ts'
import { measureBlocked } from './fault-to-mail/blocked.ts'
import { measureCommitted } from './fault-to-mail/committed.ts'
import { measureKilled } from './fault-to-mail/killed.ts'
import { hasPrometheusChain, measurePrometheusChain } from './fault-to-mail/prometheus-chain.ts'
import { startWatched } from './fault-to-mail/watched.ts'
import { record, spread } from './record.ts'

const { values: given } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    'peer-runs': { type: 'string', default: '5' },
  },
})
const runs = Number(given.runs)
const peerRuns = hasPrometheusChain() ? Number(given['peer-runs']) : 0
const say = (line: string): void => void process.stderr.write(`${line}\n`)

const loadBefore = loadavg()[0] ?? 0
const committed = await measureCommitted(30, say)
// The peer mostly waits: it does so beside our own runs, on a server of its own.
const peer = measurePrometheusChain(peerRuns, say).catch((error: unknown) => {
  say(`the Prometheus chain failed: ${String(error)}`)
  return []
})
const { killed, blocked } = await measureOurs()
const peerKilled = peerRuns > 0 ? await peer : []

record({
  name: 'fault-to-mail',
  question: 'How long after a fault is the mail with the mail server?',
  command: 'npm run bench:fault-to-mail',
  versions: { postgresql: '18.4', ...versionsOfPeers() },
  ratios: [
    {
      what: 'instance killed, median / 10 s',
      ratio: spread(killed).median / 10,
      target: '≤ 1',
    },
    { what: 'instance killed, p95 / 30 s', ratio: spread(killed).p95 / 30, target: '≤ 1' },
    {
      what: 'blocked writer past its threshold, median / 10 s',
      ratio: spread(blocked).median / 10,
      target: '≤ 1',
    },
    {
      what: 'blocked writer past its threshold, p95 / 30 s',
      ratio: spread(blocked).p95 / 30,
      target: '≤ 1',
    },
    {
      what: 'committed sample → mail, median / 50 ms',
      ratio: spread(committed).median / 50,
      target: '≤ 1',
    },
    ...(peerKilled.length > 0
      ? [
          {
            what: 'instance killed, median, ours / Prometheus + Alertmanager',
            ratio: spread(killed).median / spread(peerKilled).median,
            target: '≤ 0.25',
          },
        ]
      : []),
  ],
  figures: [
    row('Trunkline, instance killed', 's', killed),
    row('Trunkline, blocked writer past 60 s', 's', blocked),
    row('Trunkline, committed sample → mail', 'ms', committed),
    row('postgres_exporter + Prometheus + Alertmanager, instance killed', 's', peerKilled),
  ],
  notes: [
    `Load average of the machine when it began: ${loadBefore.toFixed(1)}.`,
    'Fault: the instant of SIGKILL to the postmaster; for the blocked writer, the instant its wait passes 60 s, the level of rule C01 as shipped. Mail: the instant the SMTP sink accepts it. All on one machine.',
    'Killed at random instants of the probes’ rhythm; the blocked writers start at random instants and wait side by side, each behind a session of its own.',
    'Everything of ours as shipped, as `npm start` starts it, on an embedded repository. "Committed sample" has the real engine process and a repository with fsync; the benchmark stands in for the api.',
    'Prometheus: scrape and evaluation every 15 s as Debian configures it, rule `pg_up == 0` without `for`; Alertmanager as shipped (group_wait 30 s). It has no rule for a blocked writer, so that case has no peer. Its runs are fewer, since each has an Alertmanager of its own.',
  ],
})

async function measureOurs() {
  await using watched = await startWatched({ env: process.env, say })
  const killed = await measureKilled(watched, runs, say)
  const blocked = await measureBlocked(watched, runs, say)
  return { killed, blocked }
}

function row(what: string, unit: string, values: readonly number[]) {
  const { median, p95, min, max } = spread(values)
  const digits = unit === 's' ? 1 : 0
  const text = (value: number) => (values.length === 0 ? 'not run' : value.toFixed(digits))
  return {
    what,
    unit,
    runs: values.length,
    median: text(median),
    p95: text(p95),
    min: text(min),
    max: text(max),
  }
}

function versionsOfPeers(): Record<string, string> {
  const names = ['prometheus', 'alertmanager', 'postgres-exporter'] as const
  return Object.fromEntries(
    names.flatMap((name) => {
      const path = debianProgram(name)
      return path === undefined ? [] : [[name, versionOf(path)]]
    }),
  )
}

function versionOf(path: string): string {
  const { stdout, stderr } = spawnSync(path, ['--version'], { encoding: 'utf8' })
  return /version (\S+)/.exec(stdout + stderr)?.[1]?.replace(/,$/, '') ?? 'unknown'
}

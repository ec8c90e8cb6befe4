import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { debianProgram } from '../../deploy/test/debian.ts'
import { freePort } from '../../deploy/test/free-port.ts'
import { startHttpServer } from '../../deploy/test/http-server.ts'
import { startPostgres } from '../../deploy/test/postgres.ts'
import { startPrometheus } from '../../deploy/test/prometheus.ts'
import { startSmtpSink } from '../../deploy/test/smtp.ts'
import { startAlertmanager } from './alertmanager.ts'

/** Whether Debian's packages are here. */
export function hasPrometheusChain(): boolean {
  const programs = ['prometheus', 'alertmanager', 'postgres-exporter'] as const
  return programs.every((name) => debianProgram(name) !== undefined)
}

/**
 * The same fault told by postgres_exporter, Prometheus and Alertmanager with the intervals they ship with: scrape and
 * evaluation 15 s (Debian's configuration), group_wait 30 s, the rule without `for`. Seconds from SIGKILL to mail.
 * Every run has an Alertmanager of its own: in an old one the second mail of a group waits for group_interval.
 */
export async function measurePrometheusChain(
  runs: number,
  say: (line: string) => void,
): Promise<number[]> {
  const taken: number[] = []
  for (let run = 1; run <= runs; run += 1) {
    const seconds = await runOnce()
    taken.push(seconds)
    say(`Prometheus chain, killed → mail, run ${run}: ${seconds.toFixed(1)} s`)
  }
  return taken
}

async function runOnce(): Promise<number> {
  await using stack = new AsyncDisposableStack()
  const sink = stack.use(await startSmtpSink())
  const server = stack.use(await startPostgres())
  const folder = mkdtempSync(join(tmpdir(), 'trunkline-bench-'))
  stack.defer(() => rmSync(folder, { recursive: true, force: true }))
  const exporter = stack.use(await startExporter(server.url))
  const alertmanager = stack.use(await startAlertmanager(folder, sink.port))
  const rules = join(folder, 'rules.yml')
  writeFileSync(rules, JSON.stringify({ groups: [{ name: 'postgresql', rules: [down] }] }))
  stack.use(
    await startPrometheus({
      scrape: [`127.0.0.1:${exporter.port}`],
      everySeconds: 15,
      rules: [rules],
      alertmanager: alertmanager.address,
    }),
  )
  // Two scrapes and evaluations of a healthy server, then anywhere in the rhythm.
  await sleep(32_000 + Math.random() * 15_000)
  const killedAt = Date.now()
  await server.kill()
  const mail = await sink.waitFor(() => true, 180_000)
  return (mail.acceptedAt - killedAt) / 1_000
}

const down = { alert: 'PostgresqlDown', expr: 'pg_up == 0', labels: { severity: 'critical' } }

async function startExporter(url: string) {
  const port = await freePort()
  return await startHttpServer({
    program: 'postgres-exporter',
    port,
    flags: () => [`--web.listen-address=127.0.0.1:${port}`],
    ready: '/',
    env: { DATA_SOURCE_NAME: `${url}?sslmode=disable` },
  })
}

import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import {
  caseAgentId,
  connectRepository,
  createSealer,
  makeCaseFleet,
  migrate,
  saveMailChannel,
  type Sql,
  syncProbeTables,
  writeCaseHeartbeat,
  writeSamples,
} from '@trunkline/api/repository'
import { columnsOf, probes } from '@trunkline/probes'
import { freePort } from '../../deploy/test/free-port.ts'
import { startPostgres } from '../../deploy/test/postgres.ts'
import { type SmtpSink, startSmtpSink } from '../../deploy/test/smtp.ts'

const engine = fileURLToPath(new URL('../../alert-engine/src/main.ts', import.meta.url))
/** So that no receiver gets more than his share in a minute. */
const pauseMs = 4_500

/**
 * Milliseconds from the commit of a sample that breaks a threshold to the mail server's yes. The real engine process,
 * a repository with fsync, and this process in the api's place.
 */
export async function measureCommitted(runs: number, say: (line: string) => void) {
  await using stack = new AsyncDisposableStack()
  const server = stack.use(
    await startPostgres({ settings: { fsync: 'on', shared_buffers: '128MB' } }),
  )
  const url = await server.createDatabase('trunkline')
  const sql = connectRepository({ url, max: 4, deadlineMs: 10_000, applicationName: 'bench' })
  stack.defer(() => sql.end())
  const sink = stack.use(await startSmtpSink())
  const home = mkdtempSync(join(tmpdir(), 'trunkline-bench-'))
  stack.defer(() => rmSync(home, { recursive: true, force: true }))
  await prepare({ sql, sink, home })
  const child = await startEngine({ url, home })
  stack.defer(() => void child.kill('SIGKILL'))
  // It takes the lease and looks at everything once.
  await sleep(5_000)

  const sample = createSampler(sql)
  const taken: number[] = []
  for (let run = 0; run <= runs; run += 1) {
    const pid = 1_000 + run
    const before = sink.mails.length
    await sample([waiter(pid)])
    const committedAt = Date.now()
    const mail = await sink.waitFor(({ text }) => text.includes(`pid ${pid}`), 20_000)
    // The first is the warm-up: it opens the connection to the mail server.
    if (run > 0) taken.push(mail.acceptedAt - committedAt)
    say(`committed → mail, run ${run}: ${mail.acceptedAt - committedAt} ms`)
    await sample([])
    await sink.waitFor((one) => sink.mails.indexOf(one) > before && isResolved(one.subject), 20_000)
    await sleep(pauseMs)
  }
  return taken
}

const isResolved = (subject: string) => subject.startsWith('[resolved]')

async function prepare(given: { sql: Sql; sink: SmtpSink; home: string }): Promise<void> {
  const { sql, sink, home } = given
  await migrate(sql)
  await syncProbeTables(sql, probes)
  await makeCaseFleet({ sql }, { instances: [1], probes: Object.keys(probes) })
  mkdirSync(join(home, 'keys'))
  const sealer = createSealer(join(home, 'keys', 'secrets.key'))
  await saveMailChannel(
    { sql, seal: (secret, context) => sealer.seal(secret, context) },
    {
      name: 'mail',
      url: sink.url,
      from: 'trunkline@example.org',
      receivers: ['oncall@example.org'],
    },
  )
}

async function startEngine({ url, home }: { url: string; home: string }): Promise<ChildProcess> {
  return spawn(process.execPath, [engine], {
    stdio: 'ignore',
    env: {
      PATH: '/usr/bin:/bin',
      TRUNKLINE_HOME: home,
      TRUNKLINE_REPOSITORY_URL: url,
      TRUNKLINE_ENGINE_LISTEN: `127.0.0.1:${await freePort()}`,
    },
  })
}

function waiter(pid: number) {
  const started = new Date(Date.now() - 3_600_000).toISOString()
  return {
    waiter_pid: pid,
    waiter_backend_start: started,
    blocker_pid: 99,
    blocker_backend_start: started,
    root_pid: 99,
    root_backend_start: started,
    waited_seconds: 75,
    blocker_state: 'idle in transaction',
  }
}

function createSampler(sql: Sql) {
  const spoolId = randomUUID()
  const agentId = caseAgentId(1)
  const names = columnsOf(probes.blocking).map(({ name }) => name)
  let sequence = 0
  return async (rows: readonly Record<string, unknown>[]): Promise<void> => {
    const now = new Date()
    await writeCaseHeartbeat({ sql }, { agent: 1, at: now })
    sequence += 1
    const columns = Object.fromEntries(
      names.map((name) => [name, rows.map((row) => row[name] ?? null)]),
    )
    const sample = {
      sequence,
      probe: 'blocking',
      instanceId: 1,
      collectedAt: now.toISOString(),
      durationMs: 1,
      rowCount: rows.length,
      cutRows: 0,
      columns,
    }
    const { refused } = await writeSamples(
      { sql, probes, now },
      { agentId, spoolId, samples: [sample] },
    )
    if (refused[0]) throw new Error(refused[0].reason)
  }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSealer, type Sql, saveMailChannel } from '@trunkline/api/repository'
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFailed, test, vi } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../deploy/test/database.ts'
import { startPostgres } from '../../deploy/test/postgres.ts'
import { type SmtpSink, startSmtpSink } from '../../deploy/test/smtp.ts'
import { createFleet, type Fleet } from './fleet.fake.ts'

interface Engine {
  process: ChildProcess
  events: { event: string; epoch?: number; listen?: string }[]
}

let database: TestDatabase
let fleet: Fleet
let sink: SmtpSink
let home: string
const engines = new Set<Engine>()

beforeAll(async () => {
  database = await createTestDatabase()
  home = await mkdtemp(join(tmpdir(), 'engine-home-'))
  await mkdir(join(home, 'keys'))
  sink = await startSmtpSink()
})
afterAll(async () => {
  await sink[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
  await rm(home, { recursive: true })
})
beforeEach(async () => {
  fleet = await createFleet({ url: database.url })
  await fleet.sql`delete from pem.lease`
  await fleet.sql`delete from pem.channel`
  const sealer = createSealer(join(home, 'keys', 'secrets.key'))
  await saveMailChannel(
    { sql: fleet.sql, seal: (secret, context) => sealer.seal(secret, context) },
    {
      name: 'mail',
      url: sink.url,
      from: 't@example.org',
      receivers: ['a@example.org', 'b@example.org'],
    },
  )
})
afterEach(async () => {
  for (const engine of engines) await end(engine, 'SIGKILL')
  await fleet.sql`delete from pem.lease`
  await fleet[Symbol.asyncDispose]()
})

/** The shipped process, as the supervisor starts it. */
function startEngine(url = database.url, listen = '127.0.0.1:0'): Engine {
  const child = spawn(process.execPath, [new URL('./main.ts', import.meta.url).pathname], {
    env: {
      PATH: process.env['PATH'],
      TRUNKLINE_HOME: home,
      TRUNKLINE_REPOSITORY_URL: url,
      TRUNKLINE_ENGINE_LISTEN: listen,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const engine: Engine = { process: child, events: [] }
  let rest = ''
  child.stdout.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n')
    rest = lines.pop() ?? ''
    engine.events.push(...lines.map((line) => JSON.parse(line) as Engine['events'][number]))
  })
  engines.add(engine)
  onTestFailed(() => void process.stderr.write(lifeOf(engine)))
  return engine
}

/** What a failed test shows of an engine. */
function lifeOf({ process: { pid, exitCode, signalCode }, events }: Engine): string {
  const lines = events.slice(-50).map((event) => `  ${JSON.stringify(event)}`)
  return [`engine ${pid}, ended by ${signalCode ?? exitCode}, said:`, ...lines, ''].join('\n')
}

async function end(engine: Engine, signal: NodeJS.Signals): Promise<void> {
  engines.delete(engine)
  if (engine.process.exitCode !== null || engine.process.signalCode !== null) return
  const ended = new Promise((resolve) => engine.process.once('exit', resolve))
  engine.process.kill(signal)
  await ended
}

const said = (engine: Engine, event: string) => engine.events.find((one) => one.event === event)

async function waitFor<Found>(ask: () => Promise<Found> | Found, what: string, timeoutMs = 20_000) {
  return await vi.waitFor(
    async () => {
      const found = await ask()
      if (!found) throw new Error(`not yet: ${what}`)
      return found
    },
    { timeout: timeoutMs, interval: 20 },
  )
}

async function hasWritten(epoch: number): Promise<boolean> {
  const found = await fleet.sql`select from pemhistory.alert where epoch = ${epoch} limit 1`
  return found.length > 0
}

/** One sample of each instance: who of these waits, and how long. */
async function block(
  waits: readonly (readonly [instanceId: number, pid: number, seconds: number])[],
) {
  for (const instanceId of [1, 2, 3]) {
    const rows = waits.flatMap(([id, pid, seconds]) =>
      id === instanceId
        ? [
            {
              waiter_pid: pid,
              waiter_backend_start: '2026-01-01T00:00:00Z',
              blocker_pid: 9_000 + pid,
              blocker_backend_start: '2026-01-01T00:00:00Z',
              root_pid: 9_000 + pid,
              root_backend_start: '2026-01-01T00:00:00Z',
              waited_seconds: seconds,
            },
          ]
        : [],
    )
    await fleet.sample({ probe: 'blocking', at: new Date(), instanceId, rows })
  }
}

/** What must hold of history and spool whatever was killed when; each row is a fault. */
async function faults(sql: Sql): Promise<unknown[]> {
  const gaps = await sql`
    select 'sequence not dense' as fault, alert_id, array_agg(sequence order by sequence) as found
      from pemhistory.alert group by alert_id
    having min(sequence) <> 1 or max(sequence) <> count(*) or count(distinct sequence) <> count(*)`
  const lost = await sql`
    select 'alert and history differ' as fault, a.id, a.sequence, a.condition, last.*
      from pemdata.alert a
      join lateral (select sequence as last_sequence, to_condition, to_level from pemhistory.alert h
                     where h.alert_id = a.id order by sequence desc limit 1) last on true
     where (last_sequence, to_condition, to_level) is distinct from (a.sequence, a.condition, a.level)`
  const broken = await sql`
    select 'a transition does not start where the last ended' as fault, *
      from (select alert_id, sequence, from_condition, from_level,
                   lag(to_condition) over each as before_condition, lag(to_level) over each as before_level
              from pemhistory.alert window each as (partition by alert_id order by sequence)) t
     where sequence > 1 and (from_condition, from_level) is distinct from (before_condition, before_level)`
  const untold = await sql`
    select 'told, but not to both' as fault, h.alert_id, h.sequence, h.kind, count(n.id)
      from pemhistory.alert h left join pem.notification n using (alert_id, sequence)
     where h.told = 'told' and h.kind in ('raised', 'level_up')
     group by 2, 3, 4 having count(n.id) <> 2`
  const strays = await sql`
    select 'a message without its transition' as fault, n.id
      from pem.notification n left join pemhistory.alert h using (alert_id, sequence)
     where h.alert_id is null`
  const twice = await sql`
    select 'two raises of one episode' as fault, episode_id from pemhistory.alert
     where kind = 'raised' group by 2 having count(*) <> 1`
  return [...gaps, ...lost, ...broken, ...untold, ...strays, ...twice]
}

test('killed with SIGKILL at random instants, it loses no transition and tells none twice', async () => {
  let isDriving = true
  const drive = async (): Promise<void> => {
    while (isDriving) {
      const waits = [1, 2, 3].flatMap((instanceId) =>
        [10, 11, 12, 13].map((pid) => [instanceId, pid, Math.random() * 400] as const),
      )
      await block(waits)
      await sleep(30)
    }
  }
  const driving = drive()
  for (let round = 0; round < 20; round += 1) {
    const engine = startEngine()
    const { epoch } = await waitFor(() => said(engine, 'lease_taken'), 'the lease')
    // On a slow machine all would be killed before they wrote anything.
    if (round % 2 === 0) await waitFor(() => hasWritten(epoch ?? 0), 'a transition')
    await sleep(Math.random() * 500)
    await end(engine, 'SIGKILL')
  }
  isDriving = false
  await driving
  const last = startEngine()
  await waitFor(async () => {
    // What flaps stays open, recovering, until it has been quiet for twenty intervals.
    await block([])
    const [open] = await fleet.sql`
      select count(*)::int as n from pemdata.alert
       where not (condition = 'normal' or condition = 'recovering' and flapping)`
    return open?.['n'] === 0 && said(last, 'lease_taken')
  }, 'nothing firing')
  const [made] =
    await fleet.sql`select count(*)::int as transitions, count(distinct epoch)::int as epochs from pemhistory.alert`
  expect(made?.['transitions']).toBeGreaterThan(10)
  expect(made?.['epochs']).toBeGreaterThanOrEqual(10)
  expect(await faults(fleet.sql)).toEqual([])
  const known = await fleet.sql`select message_id from pem.notification`
  const ids = new Set(known.map((one) => one['message_id'] as string))
  expect(sink.mails.filter(({ messageId }) => !ids.has(messageId))).toEqual([])
}, 120_000)

test('killed while an alert is pending, it goes on counting where it was', async () => {
  const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1_000)
  const down = { state: 'down', up: 0, error: 'connection refused' }
  const condition = async () =>
    (await fleet.sql`select condition, pending_since from pemdata.alert`)[0]
  const first = startEngine()
  await fleet.sample({ probe: 'instance', at: ago(6), rows: [down] })
  const pending = await waitFor(condition, 'pending')
  expect(pending['condition']).toBe('pending')
  await end(first, 'SIGKILL')
  startEngine()
  await fleet.sample({ probe: 'instance', at: ago(1), rows: [down] })
  const firing = await waitFor(async () => {
    const now = await condition()
    return now?.['condition'] === 'firing' ? now : undefined
  }, 'firing at the second sample')
  expect(firing['pending_since']).toEqual(pending['pending_since'])
  const mail = await sink.waitFor(({ subject }) => subject.includes('does not accept'), 10_000)
  expect(mail.subject).toMatch(/^\[critical\]/)
})

test('of two engines one leads; the other takes over from one that is stopped, which then writes nothing', async () => {
  const one = startEngine()
  await waitFor(() => said(one, 'lease_taken'), 'the first leads')
  const two = startEngine()
  await waitFor(() => said(two, 'started'), 'the second runs')
  one.process.kill('SIGSTOP')
  await block([[1, 10, 100]])
  await waitFor(() => said(two, 'lease_taken'), 'the second leads', 30_000)
  const raised = await waitFor(
    async () => (await fleet.sql`select epoch::int, kind from pemhistory.alert`)[0],
    'raised by the second',
  )
  expect(raised).toEqual({ epoch: said(two, 'lease_taken')?.epoch, kind: 'raised' })
  one.process.kill('SIGCONT')
  await block([
    [1, 10, 400],
    [2, 10, 400],
  ])
  await block([])
  await waitFor(async () => {
    const [open] =
      await fleet.sql`select count(*)::int as n from pemdata.alert where condition <> 'normal'`
    return open?.['n'] === 0
  }, 'resolved')
  const epochs = await fleet.sql`select distinct epoch::int from pemhistory.alert`
  expect(epochs).toEqual([{ epoch: raised['epoch'] }])
  expect(await faults(fleet.sql)).toEqual([])
  await waitFor(() => said(one, 'lease_lost'), 'the first knows')
}, 60_000)

test('ends cleanly on SIGTERM and leaves the lease to the next at once', async () => {
  const one = startEngine()
  await waitFor(() => said(one, 'lease_taken'), 'the lease')
  await end(one, 'SIGTERM')
  expect(one.process.exitCode).toBe(0)
  const [lease] = await fleet.sql`select expires_at < clock_timestamp() as free from pem.lease`
  expect(lease?.['free']).toBe(true)
})

test('goes on by itself when the repository was away', async () => {
  await using server = await startPostgres()
  await using own = await createFleet({ url: server.url })
  await own.sql`delete from pem.lease`
  const engine = startEngine(server.url)
  await waitFor(() => said(engine, 'lease_taken'), 'the lease')
  await server.stop('immediate')
  await waitFor(() => said(engine, 'repository_away'), 'it noticed')
  await server.start()
  const rows = [{ waiter_pid: 1, blocker_pid: 2, root_pid: 2, waited_seconds: 100 }]
  const alert = await waitFor(
    async () => {
      await own.sample({ probe: 'blocking', at: new Date(), rows })
      return (await own.sql`select condition, sequence from pemdata.alert`)[0]
    },
    'raised',
    40_000,
  )
  expect(alert).toEqual({ condition: 'firing', sequence: 1 })
}, 90_000)

test('says how it is, and that a port is taken', async () => {
  const engine = startEngine()
  await waitFor(() => said(engine, 'lease_taken'), 'the lease')
  const started = await waitFor(() => said(engine, 'started'), 'started')
  const health = await fetch(`http://${started.listen}/healthz`)
  expect(health.status).toBe(200)
  expect(await health.json()).toMatchObject({ leads: true })
  await waitFor(async () => {
    const metrics = await (await fetch(`http://${started.listen}/metrics`)).text()
    return /^trunkline_engine_last_evaluation_timestamp_seconds\{rule="instanceDown"\} \d/m.test(
      metrics,
    )
  }, 'a rule evaluated')
  const second = startEngine(database.url, started.listen)
  await waitFor(() => second.process.exitCode === 1, 'it gave up')
  expect(said(second, 'failed')).toMatchObject({
    error: expect.stringContaining('TRUNKLINE_ENGINE_LISTEN'),
  })
})

import { randomUUID } from 'node:crypto'
import { columnsOf, probes, type ProbeName } from '@trunkline/probes'
import { rules, runbooks } from '@trunkline/rules'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  addTestInstance,
  enrolTestAgent,
  startTestApi,
  type TestAgent,
  type TestApi,
} from './api.fixture.ts'

let its: TestApi
let agent: TestAgent
let id: number
let sequence = 0
const spoolId = randomUUID()
const hostile = `"; drop table x; -- 💥 <script>alert('x')</script>\n${'ü'.repeat(20)}`

beforeAll(async () => {
  its = await startTestApi()
  agent = await enrolTestAgent(its)
  id = await addTestInstance(its, agent, {
    uri: 'postgres://monitor@127.0.0.1:5432/postgres',
    name: hostile,
  })
})
afterAll(async () => {
  agent[Symbol.dispose]()
  await its[Symbol.asyncDispose]()
})

/** As if the engine had just evaluated every rule of an area. */
async function evaluateArea(area: string): Promise<void> {
  const own = Object.entries(rules).filter(([, rule]) => rule.area === area)
  const evaluated = own.map(([rule]) => ({ rule, evaluated_at: new Date() }))
  await its.sql`insert into pem.rule_runtime ${its.sql(evaluated)}`
}

/** A sample with one row: what is not given is null. */
function sample(probe: ProbeName, row: Record<string, unknown>, collectedAt = new Date()) {
  const columns = columnsOf(probes[probe]).map(({ name }): [string, unknown[]] => [
    name,
    [row[name] ?? null],
  ])
  sequence += 1
  return {
    sequence,
    probe: probe as string,
    instanceId: id,
    collectedAt: collectedAt.toISOString(),
    durationMs: 1,
    rowCount: 1,
    cutRows: 0,
    columns: Object.fromEntries(columns),
  }
}

async function send(...samples: ReturnType<typeof sample>[]) {
  const answer = await agent.client.samples.$post({ json: { spoolId, samples } })
  expect([answer.status, await answer.json()]).toEqual([
    200,
    { lastSequence: sequence, refused: [] },
  ])
}

const beat = () =>
  agent.client.heartbeat.$post({
    json: {
      version: '0.1.0',
      startedAt: new Date().toISOString(),
      sentAt: new Date().toISOString(),
      workerRestarts: 0,
      spoolBytes: 0,
      spoolOldestSeconds: 0,
      droppedSamples: 0,
    },
  })

async function instance() {
  const answer = await its.admin.instances[':id'].$get({ param: { id: String(id) } })
  if (!answer.ok) throw new Error((await answer.json()).detail)
  return answer.json()
}

const up = { state: 'up', up: 1, version: '18.0', in_recovery: false, system_identifier: '77' }

describe('an instance', () => {
  test('that was never sampled has no data, and nothing about it is ok', async () => {
    const { health, state, areas, name } = await instance()
    expect({ health, state, name }).toEqual({ health: 'no_data', state: 'unknown', name: hostile })
    expect(Object.values(areas).map((area) => area.health)).toEqual(Array(8).fill('unknown'))
  })

  test('is up on fresh data of a live agent; its areas stay unknown until rules are evaluated', async () => {
    await beat()
    await send(sample('instance', up))
    const { health, state, role, version, areas } = await instance()
    expect({ health, state, role, version }).toEqual({
      health: 'ok',
      state: 'up',
      role: 'primary',
      version: '18.0',
    })
    expect(areas.availability.health).toBe('unknown')
    await evaluateArea('availability')
    expect((await instance()).areas.availability).toEqual({ level: 0, health: 'ok', alerts: 0 })
  })

  test('whose WAL is not archived has no known backup, and one whose WAL is, has', async () => {
    await evaluateArea('backup')
    await send(sample('archiver', { archiving: false }))
    expect((await instance()).areas.backup.health).toBe('unknown')
    await send(sample('archiver', { archiving: true }))
    expect((await instance()).areas.backup.health).toBe('ok')
  })

  test('is stale when data stops, unmonitored when its agent stops', async () => {
    await its.sql`update pemdata.probe_run set collected_at = now() - interval '1 minute',
                    last_ok_at = now() - interval '1 minute'`
    const stale = await instance()
    expect([stale.health, stale.state]).toEqual(['stale', 'unknown'])
    expect(stale.areas.availability.health).toBe('stale')
    expect(stale.dataAgeSeconds).toBeGreaterThan(59)
    await its.sql`update pemdata.agent set collected_at = now() - interval '1 minute'`
    const unmonitored = await instance()
    expect(unmonitored.health).toBe('unmonitored')
    expect(unmonitored.areas.availability.health).toBe('unknown')
  })

  test('cannot be added twice', async () => {
    const uri = 'postgres://other@127.0.0.1:5432/other'
    await expect(addTestInstance(its, agent, { uri, name: 'again' })).rejects.toThrow('already')
    await expect(
      addTestInstance(its, agent, { uri: 'postgres://m@127.0.0.2/x', name: hostile }),
    ).rejects.toThrow('already')
  })
})

describe('samples and history', () => {
  const query = { instance: () => String(id) }

  test('are read back, hostile text unharmed and times exact', async () => {
    await send(
      sample('sessions', {
        pid: 42,
        backend_start: '2026-11-20T12:00:00.123456Z',
        user_name: hostile,
        query: 'select 1',
      }),
    )
    const answer = await its.admin.samples[':probe'].$get({
      param: { probe: 'sessions' },
      query: { instance: query.instance() },
    })
    if (!answer.ok) throw new Error((await answer.json()).detail)
    const { rows, run, ageSeconds } = await answer.json()
    expect(rows[0]).toMatchObject({ pid: 42, user_name: hostile })
    expect(rows[0]?.['backend_start']).toMatch(/12:00:00\.123456/)
    expect(run?.ok).toBe(true)
    expect(ageSeconds).toBeLessThan(20)
  })

  test('show counters as rates, and holes as holes', async () => {
    const start = Date.now() - 600_000
    for (const minute of [0, 1, 2, 5]) {
      const row = { scheduled: minute * 60, requested: 0, since: '2026-11-20T00:00:00Z' }
      await send(sample('checkpoints', row, new Date(start + minute * 60_000)))
    }
    const answer = await its.admin.history[':probe'].$get({
      param: { probe: 'checkpoints' },
      query: { instance: query.instance(), step: '60', columns: 'scheduled' },
    })
    if (!answer.ok) throw new Error((await answer.json()).detail)
    const { series, stepSeconds } = await answer.json()
    expect([stepSeconds, series.length, series[0]?.kind]).toEqual([60, 1, 'counter'])
    const values = series[0]?.values.filter((value) => value !== null) ?? []
    expect(values.length).toBeGreaterThan(1)
    for (const value of values) expect(value).toBeCloseTo(1, 1)
  })

  test.for([
    ['/samples/nothing?instance=1', 404],
    ['/samples/toString?instance=1', 400],
    ['/samples/sessions', 400],
    ['/samples/host?instance=1', 400],
    ['/history/checkpoints?instance=1&columns=since', 400],
    ['/history/checkpoints?instance=1&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 400],
    ['/history/checkpoints?instance=1&step=0', 400],
    ['/history/checkpoints?instance=1&from=yesterday', 400],
  ] as const)('%s is answered with %i', async ([path, status]) => {
    const headers = { authorization: `Bearer ${its.api.adminToken}` }
    expect((await fetch(`${its.api.url}/api/v1${path}`, { headers })).status).toBe(status)
  })
})

describe('alerts', () => {
  const raise = async (change: Record<string, unknown> = {}) => {
    const row = {
      rule: 'idleInTransaction',
      fingerprint: randomUUID(),
      identity: its.sql.json({ instance_id: id, pid: 42 }),
      labels: its.sql.json({
        instance_id: id,
        pid: 42,
        backend_start: '2026-11-20T12:00:00.123456Z',
      }),
      instance_id: id,
      condition: 'firing',
      level: 2,
      unit: 's',
      message: 'psql has been idle for 5 m',
      value: 310,
      threshold: 300,
      raised_at: new Date(),
      episode_id: randomUUID(),
      sequence: 1,
      ...change,
    }
    const [made] = await its.sql<
      { id: string }[]
    >`insert into pemdata.alert ${its.sql(row)} returning id`
    return made?.id ?? ''
  }
  const list = async (query: Record<string, string> = {}) => {
    const answer = await its.admin.alerts.$get({ query })
    if (!answer.ok) throw new Error((await answer.json()).detail)
    return answer.json()
  }

  test('are listed by severity, filtered, page by page', async () => {
    const info = await raise({ level: 1 })
    const critical = await raise({ level: 3 })
    const pending = await raise({ condition: 'pending', level: 0 })
    const resolved = await raise({ condition: 'normal', level: 0, resolved_at: new Date() })
    const ids = async (query: Record<string, string>) =>
      (await list(query)).items.map((one) => one.id)
    expect(await ids({})).toEqual([critical, info, pending])
    expect(await ids({ state: 'firing', level: 'info' })).toEqual([info])
    expect(await ids({ state: 'pending' })).toEqual([pending])
    expect(await ids({ state: 'resolved' })).toEqual([resolved])
    expect(await ids({ instance: '999' })).toEqual([])
    const first = await list({ state: 'all', limit: '3' })
    const second = await list({ state: 'all', limit: '3', cursor: first.next ?? '' })
    expect([...first.items, ...second.items].map((one) => one.id)).toHaveLength(4)
    expect(second.next).toBeNull()
  })

  test('are shown with what to do and the runbooks their row has the parameters for', async () => {
    const alert = await raise()
    const answer = await its.admin.alerts[':id'].$get({ param: { id: alert } })
    if (!answer.ok) throw new Error((await answer.json()).detail)
    const shown = await answer.json()
    expect(shown).toMatchObject({
      rule: 'idleInTransaction',
      levelName: 'warning',
      area: 'connections',
      instance: { id, name: hostile },
      runbooks: [
        {
          runbook: 'terminateSession',
          risk: 'R2',
          parameters: { pid: 42, backend_start: '2026-11-20T12:00:00.123456Z' },
        },
      ],
      transitions: [],
      actions: [],
      notifications: [],
    })
    expect(shown.whatToDo).not.toBe('')
    expect((await its.admin.alerts[':id'].$get({ param: { id: randomUUID() } })).status).toBe(404)
  })

  test('are acknowledged until they end or a time has come, on the record', async () => {
    const alert = await raise()
    const param = { id: alert }
    const past = { until: '2020-01-01T00:00:00Z' }
    const acknowledge = (json: { note?: string; until?: string }) =>
      its.admin.alerts[':id'].acknowledge.$post({ param, json })
    expect((await acknowledge(past)).status).toBe(400)
    const done = await acknowledge({ note: hostile, until: '2099-01-01T00:00:00.000Z' })
    expect(await done.json()).toMatchObject({
      acknowledged: { by: 'admin', note: hostile, until: expect.stringMatching(/^2099/) },
    })
    await its.sql`update pemdata.alert set acknowledged_until = now() where id = ${alert}`
    const shown = await its.admin.alerts[':id'].$get({ param })
    if (!shown.ok) throw new Error('no alert')
    const { acknowledged, transitions } = await shown.json()
    expect(acknowledged).toBeNull()
    expect(transitions).toMatchObject([
      { kind: 'acknowledged', sequence: 2, actor: 'admin', reason: hostile },
    ])
    expect((await its.admin.alerts[':id'].acknowledge.$delete({ param })).status).toBe(200)
    expect((await its.admin.alerts[':id'].acknowledge.$delete({ param })).status).toBe(409)
    await its.sql`update pemdata.alert set condition = 'normal' where id = ${alert}`
    expect((await acknowledge({})).status).toBe(409)
  })

  test('are counted on the first page, with the agents and the engine', async () => {
    await its.sql`insert into pem.lease (shard, holder, epoch, expires_at)
                  values (0, 'engine-1', 1, now() + interval '10 seconds')`
    const answer = await its.admin.overview.$get()
    if (!answer.ok) throw new Error((await answer.json()).detail)
    const { counts, agents, instances, engine } = await answer.json()
    expect(counts).toMatchObject({ critical: 1, info: 1 })
    expect(agents).toMatchObject([{ id: agent.id, state: 'late' }])
    expect(instances[0]?.areas.connections).toMatchObject({ level: 3 })
    expect(engine).toMatchObject({ leader: 'engine-1', behindSeconds: expect.any(Number) })
  })
})

describe('for Prometheus', () => {
  const read = async (path: string) => {
    const headers = { authorization: `Bearer ${its.api.adminToken}` }
    const answer = await fetch(`${its.api.url}/prometheus${path}`, { headers })
    expect(answer.status).toBe(200)
    return answer.json()
  }

  test('open alerts look like its own: labels are what the alert is about', async () => {
    const { data } = (await read('/api/v1/alerts')) as { data: { alerts: object[] } }
    expect(data.alerts).toContainEqual({
      labels: {
        instance_id: String(id),
        pid: '42',
        backend_start: '2026-11-20T12:00:00.123456Z',
        alertname: 'idleInTransaction',
        severity: 'critical',
        code: 'B03',
        area: 'connections',
        instance: hostile,
      },
      annotations: { summary: 'psql has been idle for 5 m', description: expect.any(String) },
      state: 'firing',
      activeAt: expect.stringMatching(/Z$/),
      value: '3.1e+2',
    })
  })

  test('rules are grouped by area, with their alerts', async () => {
    const { data } = (await read('/api/v1/rules')) as {
      data: { groups: { name: string; rules: { name: string; state: string; health: string }[] }[] }
    }
    const all = data.groups.flatMap((group) => group.rules)
    expect(all).toHaveLength(Object.keys(rules).length)
    const named = (name: string) => all.find((rule) => rule.name === name)
    expect(named('idleInTransaction')).toMatchObject({
      state: 'firing',
      health: 'unknown',
      duration: 60,
    })
    expect(named('instanceDown')).toMatchObject({ state: 'inactive', health: 'ok' })
  })

  test('every instance is a target', async () => {
    expect(await read('/sd')).toMatchObject([
      { targets: ['127.0.0.1:5432'], labels: { __meta_trunkline_instance: hostile } },
    ])
  })
})

describe('rules', () => {
  test('are listed with their levels, and take others for one instance', async () => {
    const param = { name: 'connectionUsage' }
    const levels = { warning: { above: 50, clear: 40, for: '10s' as const } }
    const put = (json: object) =>
      its.admin.rules[':name'].override.$put({ param, json: json as never })
    const set = await put({ levels, instanceId: id })
    expect(await set.json()).toMatchObject({
      overrides: [{ instanceId: id, levels, changedBy: 'admin' }],
    })
    expect((await put({ levels, instanceId: 999 })).status).toBe(404)
    expect((await put({ levels: {} })).status).toBe(400)
    expect((await put({ levels: { warning: { above: 50, clear: 60, for: '10s' } } })).status).toBe(
      400,
    )
    expect((await put({ levels: { warning: { below: 50, clear: 60, for: '10s' } } })).status).toBe(
      400,
    )
    expect((await put({ levels: { warning: { above: 50, clear: 40, for: 'soon' } } })).status).toBe(
      400,
    )
    const drop = (query: { instance?: string }) =>
      its.admin.rules[':name'].override.$delete({ param, query })
    expect((await drop({})).status).toBe(404)
    expect((await drop({ instance: String(id) })).status).toBe(200)
    const listed = await its.admin.rules.$get()
    if (!listed.ok) throw new Error('no rules')
    const { items } = await listed.json()
    expect(items.map(({ code }) => code)).toEqual(items.map(({ code }) => code).toSorted())
    expect(items.find(({ name }) => name === 'connectionUsage')?.overrides).toEqual([])
  })

  test('and probes and runbooks are catalogues', async () => {
    const names = async (path: 'probes' | 'runbooks') => {
      const answer = await its.admin[path].$get()
      if (!answer.ok) throw new Error('no answer')
      return (await answer.json()).items.map(({ name }) => name)
    }
    expect(await names('probes')).toEqual(Object.keys(probes))
    expect(await names('runbooks')).toEqual(Object.keys(runbooks))
  })
})

test('a removed instance leaves no newest rows behind, and its name is free again', async () => {
  const removed = await its.admin.instances[':id'].$delete({ param: { id: String(id) } })
  expect(removed.status).toBe(200)
  const left = await its.sql`
    select 1 from pemdata.instance where instance_id = ${id}
    union all select 1 from pemdata.sessions where instance_id = ${id}
    union all select 1 from pemdata.probe_run where instance_id = ${id}`
  expect(left).toEqual([])
  const kept = await its.sql`select 1 from pemhistory.instance where instance_id = ${id}`
  expect(kept.length).toBeGreaterThan(0)
  await beat()
  const uri = 'postgres://monitor@127.0.0.1:5432/postgres'
  expect(await addTestInstance(its, agent, { uri, name: hostile })).not.toBe(id)
})

import { createSealer, Fenced, saveMailChannel, setRuleOverride } from '@trunkline/api/repository'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../deploy/test/database.ts'
import { failRule } from './close-alerts.ts'
import { createFleet, type Fleet } from './fleet.fake.ts'

const start = Date.parse('2026-01-05T00:00:00Z')
const at = (seconds: number): Date => new Date(start + seconds * 1_000)

let database: TestDatabase
let fleet: Fleet

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(async () => database[Symbol.asyncDispose]())
beforeEach(async () => {
  fleet = await createFleet({ url: database.url })
  await fleet.sql`delete from pem.rule_override`
  await fleet.sql`delete from pem.channel`
  return async () => {
    await fleet.sql`update pem.instance set removed_at = null`
    await fleet[Symbol.asyncDispose]()
  }
})

const edge = (waited: number, more: Record<string, unknown> = {}) => ({
  waiter_pid: 10,
  waiter_backend_start: at(-60).toISOString(),
  blocker_pid: 9,
  blocker_backend_start: '2026-01-04T23:00:00.123456Z',
  root_pid: 9,
  root_backend_start: '2026-01-04T23:00:00.123456Z',
  blocker_state: 'idle in transaction',
  waited_seconds: waited,
  waiter_user: 'app',
  ...more,
})

async function block(seconds: number, waited: number, more: Record<string, unknown> = {}) {
  await fleet.sample({ probe: 'blocking', at: at(seconds), rows: [edge(waited, more)] })
  return await fleet.evaluate('blockedSession', at(seconds))
}

const alerts = () => fleet.sql`select * from pemdata.alert order by rule, fingerprint`
const history = () =>
  fleet.sql`select kind, sequence, told, reason, evidence, to_level from pemhistory.alert order by at, sequence`

async function addChannel(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'engine-test-'))
  const sealer = createSealer(join(folder, 'secrets.key'))
  await saveMailChannel(
    { sql: fleet.sql, seal: (secret, context) => sealer.seal(secret, context) },
    {
      name: 'mail',
      url: 'smtp://127.0.0.1:1',
      from: 't@example.org',
      receivers: ['a@example.org', 'b@example.org'],
    },
  )
}

describe('an evaluation', () => {
  test('writes alert, transition, messages and evidence together', async () => {
    await addChannel()
    await block(0, 65)
    expect(await alerts()).toMatchObject([
      { condition: 'firing', level: 2, sequence: 1, value: 65, threshold: 60, instance_id: 1 },
    ])
    const [raised] = await history()
    expect(raised).toMatchObject({ kind: 'raised', sequence: 1, told: 'told', to_level: 2 })
    expect(raised?.['evidence']).toMatchObject([{ waiter_pid: 10, blocker_pid: 9 }])
    const evidence = JSON.stringify(raised?.['evidence'])
    expect(evidence).toMatch(/^\[\{"waiter_pid":10,"blocker_pid":9,"waited_seconds":65,/)
    const messages =
      await fleet.sql`select receiver, kind, state from pem.notification order by receiver`
    expect(messages).toMatchObject([
      { receiver: 'a@example.org', kind: 'raised', state: 'queued' },
      { receiver: 'b@example.org', kind: 'raised', state: 'queued' },
    ])
  })

  test('keeps what was said of an alert when the row that ends it says otherwise', async () => {
    const look = async (seconds: number, row: Record<string, unknown>) => {
      await fleet.sample({ probe: 'instance', at: at(seconds), rows: [row] })
      await fleet.evaluate('instanceDown', at(seconds))
      return (await alerts())[0]
    }
    const down = { state: 'down', up: 0, error: 'connection refused' }
    await look(0, down)
    expect(await look(5, down)).toMatchObject({ condition: 'firing', level: 3 })
    await look(10, { state: 'up', up: 1 })
    const over = await look(15, { state: 'up', up: 1 })
    expect(over).toMatchObject({ condition: 'normal', value: 0, labels: { state: 'down' } })
    expect(over?.['message']).toMatch(/ does not accept connections \(down\): connection refused$/)
  })

  test('leaves an alert that does not change untouched', async () => {
    await fleet.sample({ probe: 'instance', at: at(0), rows: [{ state: 'down', up: 0 }] })
    for (let second = 0; second <= 130; second += 5) {
      await fleet.sample({ probe: 'instance', at: at(second), rows: [{ state: 'down', up: 0 }] })
      await fleet.evaluate('instanceDown', at(second))
    }
    const version = () => fleet.sql`select xmin::text, ctid::text from pemdata.alert`
    const before = await version()
    await fleet.sample({ probe: 'instance', at: at(135), rows: [{ state: 'down', up: 0 }] })
    await fleet.evaluate('instanceDown', at(135))
    await fleet.evaluate('instanceDown', at(135))
    expect(await version()).toEqual(before)
    expect((await history()).map((one) => one['kind'])).toEqual(['pending', 'raised'])
  })

  test('does nothing twice for the same sample', async () => {
    await block(0, 65)
    await fleet.evaluate('blockedSession', at(1))
    await fleet.evaluate('blockedSession', at(2))
    expect(await history()).toHaveLength(1)
  })

  test('is refused, whole, once another engine has the lease', async () => {
    await fleet.sql`update pem.lease set epoch = epoch + 1, holder = 'other'`
    await expect(block(0, 65)).rejects.toThrow(Fenced)
    expect(await alerts()).toEqual([])
    expect(await history()).toEqual([])
    await fleet.sql`update pem.lease set epoch = ${fleet.lease.epoch}, holder = 'test'`
  })

  test('goes on from what somebody else changed meanwhile', async () => {
    await block(0, 65)
    await fleet.sql`update pemdata.alert set sequence = sequence + 1, acknowledged_by = 'ann'`
    await block(5, 301)
    expect(await alerts()).toMatchObject([{ sequence: 3, level: 3, acknowledged_by: 'ann' }])
    await fleet.sample({ probe: 'blocking', at: at(10), rows: [] })
    await fleet.evaluate('blockedSession', at(10))
    expect(await alerts()).toMatchObject([{ condition: 'normal', acknowledged_by: null }])
  })

  test('keeps the worse of two rows that are one alert, and says so', async () => {
    const doubled = { ...fleet.rule('blockedSession'), identity: ['instance_id'] }
    const rows = [edge(70), edge(310, { waiter_pid: 11 })]
    await fleet.sample({ probe: 'blocking', at: at(0), rows })
    await fleet.evaluate(doubled, at(0))
    expect(await alerts()).toMatchObject([{ level: 3, value: 310 }])
    expect(fleet.warnings.join()).toContain('rows_of_one_identity')
  })

  test('of a rule that floods is an error', async () => {
    const flood = {
      ...fleet.rule('instanceDown'),
      identity: ['instance_id', 'number'],
      sql: `select instance_id, collected_at, number, 9::float8 as value
              from pemdata.instance, generate_series(1, 10001) as number`,
    }
    await fleet.sample({ probe: 'instance', at: at(0), rows: [{ state: 'up', up: 1 }] })
    await expect(fleet.evaluate(flood, at(0))).rejects.toThrow('more than 10000 rows')
  })

  test('tells of an alert whose evidence cannot be had', async () => {
    const broken = { ...fleet.rule('blockedSession'), evidence: 'select 1 / 0 as nothing' }
    await fleet.sample({ probe: 'blocking', at: at(0), rows: [edge(65)] })
    await fleet.evaluate(broken, at(0))
    expect(await history()).toMatchObject([{ kind: 'raised', evidence: [] }])
    expect(fleet.warnings.join()).toContain('division by zero')
  })

  test('passes names of any kind through unharmed, and says them on one line', async () => {
    const name = `"; drop table pemdata.alert; --\n<script>🐘${'x'.repeat(30)}`
    await block(0, 65, { waiter_user: name, relation: name })
    const [alert] = await alerts()
    expect(alert?.['labels']).toMatchObject({ waiter_user: name, relation: name })
    expect(alert?.['message']).not.toContain('\n')
  })
})

describe('an agent whose clock is wrong', () => {
  test.each([-600, 200])('by %d s is heard all the same', async (skew) => {
    await fleet.sample({ probe: 'blocking', at: at(skew), rows: [edge(65)] })
    await fleet.heartbeat(at(0))
    await fleet.sql`update pemdata.agent set clock_skew_seconds = ${skew}`
    await fleet.evaluate('blockedSession', at(1))
    expect(await alerts()).toMatchObject([{ condition: 'firing', health: 'ok' }])
    await fleet.evaluate('blockedSession', at(25))
    expect(await alerts()).toMatchObject([{ condition: 'firing', health: 'stale' }])
  })
})

describe('what is muted', () => {
  test('is kept, not told, and told when the muting ends', async () => {
    await addChannel()
    const down = { state: 'down', up: 0 }
    for (const second of [0, 5]) {
      await fleet.sample({ probe: 'instance', at: at(second), rows: [down] })
      await fleet.evaluate('instanceDown', at(second))
    }
    await block(6, 65)
    expect(await history()).toMatchObject([
      { kind: 'pending' },
      { kind: 'raised', told: 'told' },
      { kind: 'raised', told: 'muted_by:instanceDown' },
    ])
    for (const second of [10, 15]) {
      await fleet.sample({ probe: 'instance', at: at(second), rows: [{ state: 'up', up: 1 }] })
      await fleet.evaluate('instanceDown', at(second))
    }
    await block(16, 75)
    expect((await history()).at(-1)).toMatchObject({
      kind: 'unmuted',
      told: 'told',
      reason: 'mute_ended',
    })
    const told =
      await fleet.sql`select kind from pem.notification join pemdata.alert a on a.id = alert_id
                                  where a.rule = 'blockedSession'`
    expect(told).toMatchObject([{ kind: 'raised' }, { kind: 'raised' }])
  })
})

describe('thresholds', () => {
  test('are overridden for the fleet and for one instance', async () => {
    const { sql } = fleet
    const set = (instanceId: number | null, levels: Record<string, unknown>) =>
      setRuleOverride({ sql }, { rule: 'blockedSession', instanceId, levels, actor: 'ann' })
    await set(null, { warning: { above: 5 }, critical: null })
    await set(2, { warning: { above: 100 } })
    for (const instanceId of [1, 2]) {
      await fleet.sample({ probe: 'blocking', at: at(0), instanceId, rows: [edge(50)] })
    }
    await fleet.evaluate('blockedSession', at(0))
    expect(await alerts()).toMatchObject([{ instance_id: 1, level: 2, threshold: 5 }])
    await fleet.sample({ probe: 'blocking', at: at(5), instanceId: 2, rows: [edge(400)] })
    await fleet.evaluate('blockedSession', at(5))
    expect(
      await sql`select instance_id, level from pemdata.alert where instance_id = 2`,
    ).toMatchObject([{ level: 2 }])
  })

  test('of which none is left switch the rule off and resolve its alerts', async () => {
    await block(0, 65)
    await setRuleOverride(
      { sql: fleet.sql },
      {
        rule: 'blockedSession',
        instanceId: null,
        levels: { warning: null, critical: null },
        actor: 'ann',
      },
    )
    await block(5, 400)
    expect((await history()).at(-1)).toMatchObject({ kind: 'resolved', reason: 'rule_disabled' })
  })

  test('that cannot be read are left out, and said', async () => {
    await fleet.sql`insert into pem.rule_override (rule, levels, changed_by) values ('blockedSession', '{"warning": 7}', 'x')`
    await block(0, 65)
    expect(await alerts()).toMatchObject([{ level: 2 }])
    expect(fleet.warnings.join()).toContain('override_unreadable')
  })
})

describe('what can no longer be looked at', () => {
  test('a removed instance closes its alerts', async () => {
    await block(0, 65)
    await fleet.sql`update pem.instance set removed_at = now() where id = 1`
    await fleet.evaluate('blockedSession', at(5))
    expect((await history()).at(-1)).toMatchObject({ kind: 'resolved', reason: 'instance_removed' })
  })

  test('an agent that is away leaves the alert as it is and its health unmonitored', async () => {
    await block(0, 65)
    await fleet.evaluate('blockedSession', at(300))
    expect(await alerts()).toMatchObject([{ condition: 'firing', health: 'unmonitored' }])
    await block(305, 70)
    expect(await alerts()).toMatchObject([{ condition: 'firing', health: 'ok' }])
  })

  test('a probe that fails leaves the alert as it is and its health an error', async () => {
    await block(0, 65)
    await fleet.heartbeat(at(10))
    await fleet.sql`update pemdata.probe_run set ok = false, collected_at = ${at(10)} where probe = 'blocking'`
    await fleet.evaluate('blockedSession', at(10))
    expect(await alerts()).toMatchObject([{ condition: 'firing', health: 'error' }])
  })

  test('where a rule wants it, missing data is an alert of its own', async () => {
    const strict = { ...fleet.rule('archivingFailing'), onNoData: 'warning' } as const
    await fleet.heartbeat(at(0))
    await fleet.evaluate(strict, at(1))
    expect(await alerts()).toHaveLength(3)
    expect(await alerts()).toMatchObject([
      { condition: 'firing', level: 2, health: 'no_data' },
      {},
      {},
    ])
    await fleet.sample({ probe: 'archiver', at: at(5), rows: [{ archiving: true }] })
    await fleet.evaluate(strict, at(5))
    const [resolved] = await fleet.sql`select condition from pemdata.alert where instance_id = 1`
    expect(resolved).toEqual({ condition: 'normal' })
  })

  test('a rule that fails changes the health of its alerts and nothing else', async () => {
    await block(0, 65)
    const evaluator = { sql: fleet.sql, lease: fleet.lease, mailDomain: 'x', warn: () => undefined }
    await failRule(
      { ...evaluator, now: at(5) },
      fleet.rule('blockedSession'),
      'column x does not exist',
    )
    expect(await alerts()).toMatchObject([{ condition: 'firing', level: 2, health: 'error' }])
    const [runtime] = await fleet.sql`select * from pem.rule_runtime where rule = 'blockedSession'`
    expect(runtime).toMatchObject({ error: 'column x does not exist', consecutive_errors: 1 })
  })
})

describe('proposed actions', () => {
  test('name the victim to the microsecond, once an episode, and expire with it', async () => {
    const { sql } = fleet
    await sql`update pem.instance set actor_user = 'actor' where id = 1`
    await sql`insert into pem.runbook (name, version, document, signature, key_id)
              values ('terminateSession', 'v1', '\\x00', '\\x00', 'k') on conflict do nothing`
    await block(0, 65)
    await block(5, 301)
    const actions = () => sql`select runbook, state, parameters, requested_by from pem.action`
    expect(await actions()).toMatchObject([
      {
        runbook: 'terminateSession',
        state: 'proposed',
        requested_by: 'engine',
        parameters: { pid: 9, backend_start: '2026-01-04T23:00:00.123456+00:00' },
      },
    ])
    await fleet.sample({ probe: 'blocking', at: at(10), rows: [] })
    await fleet.evaluate('blockedSession', at(10))
    expect(await actions()).toMatchObject([{ state: 'expired' }])
    const audit =
      await sql`select kind from pem.audit where subject like 'action:%' order by sequence`
    expect(audit.map((one) => one['kind'])).toEqual(['action_proposed', 'action_expired'])
  })
})

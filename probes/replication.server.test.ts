import { describe, expect, test } from 'vitest'
import { connectAs, createMonitor, runProbe } from '../deploy/test/monitored.ts'
import { postgresMajors, startPostgres } from '../deploy/test/postgres.ts'
import { instance } from './instance.ts'
import { replication } from './replication.ts'
import { slots } from './slots.ts'
import { wal } from './wal.ts'

describe.for(postgresMajors())('PostgreSQL %i', (major) => {
  test('tells of a standby on both sides, and of a receiver that is gone', async () => {
    await using primary = await startPostgres({ major })
    await createMonitor(primary)
    const sql = connectAs(primary, 'postgres')
    await sql`select pg_create_physical_replication_slot('kept', true)`
    await sql`select pg_create_physical_replication_slot('used', true)`
    await using standby = await primary.startStandby({ primary_slot_name: 'used' })
    const streaming = async () =>
      (await runProbe(primary, replication)).map((row) => row['streaming'])
    await expect.poll(streaming, { timeout: 20_000 }).toEqual([1])

    await sql`create table written as select from generate_series(1, 10000)`
    const caughtUp = async () => (await runProbe(primary, replication))[0]?.['replay_lag_bytes']
    await expect.poll(caughtUp, { timeout: 20_000 }).toBe(0)

    const [sender] = await runProbe(primary, replication)
    expect(sender).toMatchObject({
      direction: 'sender',
      application_name: 'standby',
      client: '127.0.0.1',
      state: 'streaming',
      sync_state: 'async',
      slot: 'used',
      sent_lag_bytes: 0,
    })
    const [receiver, ...more] = await runProbe(standby, replication)
    expect(more).toEqual([])
    expect(receiver).toMatchObject({
      direction: 'receiver',
      client: `127.0.0.1:${primary.port}`,
      state: 'streaming',
      streaming: 1,
      replay_lag_bytes: 0,
      replay_age_seconds: 0,
      slot: 'used',
      replay_paused: false,
    })
    const both = await runProbe(primary, slots)
    expect(both.map((row) => [row['slot'], row['active']])).toEqual([
      ['kept', 0],
      ['used', 1],
    ])
    expect(both[0]?.['retained_bytes']).toBeGreaterThan(0)
    expect(both[0]).toMatchObject({
      slot_type: 'physical',
      wal_status: 'reserved',
      temporary: false,
    })
    if (major >= 17) expect(both[0]?.['inactive_seconds']).toBeGreaterThanOrEqual(0)

    const [here, there] = [await runProbe(primary, wal), await runProbe(standby, wal)]
    expect(here[0]?.['position_bytes']).toBe(there[0]?.['position_bytes'])
    // Sessions report what they wrote now and then.
    const written = async () => (await runProbe(primary, wal))[0]?.['written_bytes']
    if (major >= 14) await expect.poll(written, { timeout: 20_000 }).toBeGreaterThan(0)

    const [identity, copy] = [await runProbe(primary, instance), await runProbe(standby, instance)]
    expect(copy[0]).toMatchObject({
      in_recovery: true,
      standby: 1,
      system_identifier: identity[0]?.['system_identifier'],
    })
    expect(identity[0]).toMatchObject({
      in_recovery: false,
      standby: 0,
      max_connections: 200,
      reserved_connections: 3,
      data_directory: primary.dataDir,
    })

    await sql.end({ timeout: 5 })
    await primary.stop()
    const state = async () => (await runProbe(standby, replication))[0]?.['state']
    await expect.poll(state, { timeout: 20_000 }).toBe('none')
    const [alone] = await runProbe(standby, replication)
    expect(alone).toMatchObject({ direction: 'receiver', client: '', streaming: 0 })
    expect(alone?.['replay_age_seconds']).toBeGreaterThan(0)
  })
})

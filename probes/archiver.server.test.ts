import { expect, test } from 'vitest'
import { connectAs, createMonitor, runProbe } from '../deploy/test/monitored.ts'
import { postgresMajors, startPostgres } from '../deploy/test/postgres.ts'
import { archiver } from './archiver.ts'

test.for(postgresMajors())('counts failures and what waits, on PostgreSQL %i', async (major) => {
  const settings = { archive_mode: 'on', archive_command: '/bin/false' }
  await using server = await startPostgres({ major, settings })
  await createMonitor(server)
  const sql = connectAs(server, 'postgres')
  await sql`select pg_switch_wal()`
  const read = async () => (await runProbe(server, archiver))[0]
  await expect
    .poll(async () => (await read())?.['failed_attempts'], { timeout: 30_000 })
    .toBeGreaterThan(0)
  const failing = await read()
  expect(failing).toMatchObject({ archiving: true, ready_files: 1, archived_files: 0 })
  expect(failing?.['last_failed_at']).toBeInstanceOf(Date)
  await sql`alter system set archive_command = '/bin/true'`
  await sql.end({ timeout: 5 })
  await server.stop()
  await server.start()
})

test('says that archiving is off, and counts nothing', async () => {
  await using server = await startPostgres()
  await createMonitor(server)
  const [row] = await runProbe(server, archiver)
  expect(row).toMatchObject({ archiving: false, ready_files: null, archived_age_seconds: null })
})

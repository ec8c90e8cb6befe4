import { expect, test } from 'vitest'
import { connectAs, runProbe } from '../deploy/test/monitored.ts'
import { postgresMajors, startPostgres } from '../deploy/test/postgres.ts'
import { type Probe, probes, sqlFor } from './index.ts'

// These read what only pg_monitor may, and say so; all others bring what the role may see.
const refused = ['archiver', 'filesystems']

test.for(postgresMajors())('a role without any grant, on PostgreSQL %i', async (major) => {
  await using server = await startPostgres({ major, settings: { archive_mode: 'on' } })
  const sql = connectAs(server, 'postgres')
  await sql`create role nobody_special login password 'test'`
  await sql.end({ timeout: 5 })
  const outcomes = await Promise.all(
    Object.entries<Probe>(probes)
      .filter(([, probe]) => sqlFor(probe, major) !== undefined)
      .map(async ([name, probe]) => {
        const rows = runProbe(server, probe, { user: 'nobody_special' })
        return [name, await rows.then(() => 'ok').catch((error: { code: string }) => error.code)]
      }),
  )
  for (const [name, outcome] of outcomes) {
    expect({ name, outcome }).toEqual({
      name,
      outcome: refused.includes(name ?? '') ? '42501' : 'ok',
    })
  }
  const [row] = await runProbe(server, probes.instance, { user: 'nobody_special' })
  expect(row).toMatchObject({ in_recovery: false, data_directory: null })
})

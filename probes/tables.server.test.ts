import { expect, test } from 'vitest'
import { connectAs, createMonitor, runProbe } from '../deploy/test/monitored.ts'
import { postgresMajors, startPostgres, type TestPostgres } from '../deploy/test/postgres.ts'
import { tables } from './tables.ts'

test.for(postgresMajors())(
  "measures each table by its own thresholds, also under somebody's exclusive lock, on PostgreSQL %i",
  async (major) => {
    await using server = await startPostgres({ major, settings: { autovacuum: 'off' } })
    await createMonitor(server)
    const find = async (relation: string) =>
      (await runProbe(server, tables)).find((row) => row['relation'] === relation)
    const until = (relation: string, counts: Record<string, number>) =>
      expect.poll(() => find(relation), { timeout: 30_000 }).toMatchObject(counts)

    await run(server, 'create table plain as select generate_series(1, 1000) as id')
    await run(
      server,
      `create table patient (id int) with (autovacuum_enabled = off,
      autovacuum_vacuum_threshold = 10000, autovacuum_analyze_threshold = 10000)`,
    )
    await run(server, 'insert into patient select generate_series(1, 1000)')
    await until('plain', { modified_rows: 1_000 })
    await until('patient', { modified_rows: 1_000 })
    await run(server, 'vacuum analyze plain')
    await run(server, 'vacuum analyze patient')
    await until('plain', { modified_rows: 0, vacuums: 1 })
    await run(server, 'delete from plain where id <= 500')
    await run(server, 'delete from patient where id <= 500')
    await until('plain', { dead_rows: 500 })
    await until('patient', { dead_rows: 500 })

    const holder = connectAs(server, 'postgres')
    await holder.unsafe('begin; lock table plain in access exclusive mode')
    const [plain, patient] = [await find('plain'), await find('patient')]
    await holder.end({ timeout: 0 })

    // 500 dead of 1000 rows: 50 + 0.2 × 1000 is where autovacuum steps in; 500 changed: 50 + 0.1 × 1000 for analyze.
    expect(plain).toMatchObject({
      database: 'postgres',
      schema: 'public',
      live_rows: 500,
      modified_rows: 500,
      vacuums: 1,
      analyzes: 1,
      autovacuum_enabled: true,
    })
    expect(plain?.['pressure']).toBeCloseTo(500 / 150, 5)
    expect(plain?.['size_bytes']).toBeGreaterThan(0)
    expect(plain?.['last_vacuum_at']).toBeInstanceOf(Date)
    expect(patient).toMatchObject({ autovacuum_enabled: false, dead_rows: 500 })
    expect(patient?.['pressure']).toBeCloseTo(500 / 10_100, 5)
  },
)

/** In a session of its own: the server knows at its end at the latest what it did. */
async function run(server: TestPostgres, text: string): Promise<void> {
  const sql = connectAs(server, 'postgres')
  await sql.unsafe(text)
  await sql.end({ timeout: 5 })
}

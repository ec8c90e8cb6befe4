import postgres from 'postgres'
import { describe, expect, test } from 'vitest'
import { createTestDatabase } from './database.ts'
import { allMajors, installCommand, postgresMajors, startPostgres } from './postgres.ts'

const installed = postgresMajors()

async function ask(url: string, query: string): Promise<unknown> {
  const sql = postgres(url, { max: 1 })
  try {
    const [row] = await sql.unsafe(query)
    return row?.['answer']
  } finally {
    await sql.end({ timeout: 5 })
  }
}

describe.for(allMajors)('PostgreSQL %i', (major) => {
  const has = installed.includes(major)
  test.skipIf(!has && !process.env['CI'])(
    has ? 'starts, and feeds a standby' : `starts (not installed: ${installCommand})`,
    async () => {
      await using server = await startPostgres({ major })
      const version = await ask(server.url, `select current_setting('server_version') as answer`)
      expect(version).toMatch(new RegExp(`^${major}\\.`))
      await using standby = await server.startStandby()
      expect(await ask(standby.url, 'select pg_is_in_recovery() as answer')).toBe(true)
      await expect
        .poll(() => ask(server.url, 'select state as answer from pg_stat_replication'), {
          timeout: 20_000,
        })
        .toBe('streaming')
    },
  )
})

test('a killed server starts again with what was committed', async () => {
  await using server = await startPostgres()
  await ask(server.url, 'create table kept as select 42 as answer')
  const before = server.pid()
  await server.kill()
  expect(server.pid()).toBeUndefined()
  await server.start()
  expect(server.pid()).not.toBe(before)
  expect(await ask(server.url, 'select answer from kept')).toBe(42)
})

test('a wrong password is refused', async () => {
  const { url } = await createTestDatabase()
  await expect(ask(url.replace(':test@', ':wrong@'), 'select 1')).rejects.toThrow('password')
})

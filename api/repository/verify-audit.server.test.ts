import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../deploy/test/database.ts'
import { appendAudit } from './append-audit.ts'
import { connectRepository, type Sql } from './connection/connect-repository.ts'
import { migrate } from './migrate.ts'
import { verifyAudit } from './verify-audit.ts'

let database: TestDatabase
let sql: Sql

beforeAll(async () => {
  database = await createTestDatabase()
  sql = connectRepository({
    url: database.url,
    max: 8,
    deadlineMs: 20_000,
    applicationName: 'test',
  })
  await migrate(sql)
})

afterAll(async () => {
  await sql.end()
  await database[Symbol.asyncDispose]()
})

const append = (subject: string, detail: Record<string, unknown> = {}) =>
  sql.begin((tx) => appendAudit({ sql: tx }, { actor: 'anna', kind: 'test', subject, detail }))

test('the chain holds what was written, also by many at once, and breaks where a row was touched', async () => {
  await append('odd', {
    z: [1.5, 1e21, -0, null],
    a: { ü: '😀"\\', b: true },
    ['__proto__']: 1,
    gone: undefined,
  })
  await Promise.all(Array.from({ length: 40 }, (_, n) => append(`s${n}`)))
  const undone = sql.begin(async (tx) => {
    await appendAudit({ sql: tx }, { actor: 'anna', kind: 'test', subject: 'undone', detail: {} })
    throw new Error('no')
  })
  await expect(undone).rejects.toThrow('no')
  expect(await verifyAudit({ sql })).toEqual({ ok: true, rows: 41, brokenAt: null })

  await sql`update pem.audit set detail = '{"forged": true}' where sequence = 17`
  expect(await verifyAudit({ sql })).toEqual({ ok: false, rows: 16, brokenAt: 17 })
  await sql`delete from pem.audit where sequence = 5`
  expect(await verifyAudit({ sql })).toEqual({ ok: false, rows: 4, brokenAt: 6 })
})

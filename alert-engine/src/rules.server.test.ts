import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { probes } from '@trunkline/probes'
import { rules } from '@trunkline/rules'
import { createTestDatabase, type TestDatabase } from '../../deploy/test/database.ts'
import { runCase } from './cases/run-case.ts'
import { type CaseRunner, createCaseRunner } from './cases/run-rule-cases.ts'
import { prepareRules } from './prepared-rule.ts'

let database: TestDatabase
let runner: CaseRunner

beforeAll(async () => {
  database = await createTestDatabase()
  runner = await createCaseRunner({ url: database.url })
})
afterAll(async () => {
  await runner[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

describe.for(prepareRules(rules, probes).map((rule) => [rule.name, rule] as const))(
  '%s',
  ([, rule]) => {
    test('asks only for what its tables have', async () => {
      expect(await runner.check(rule)).toEqual([])
    })

    test.for(rule.cases.map((given) => [given.says, given] as const))('%s', async ([, given]) => {
      const { problems } = await runCase({ sql: runner.sql, probes }, rule, given)
      expect(problems).toEqual([])
    })
  },
)

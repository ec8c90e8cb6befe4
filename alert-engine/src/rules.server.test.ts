import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { probes } from '@trunkline/probes'
import { type Rule, rules } from '@trunkline/rules'
import { createTestDatabase, type TestDatabase } from '../../deploy/test/database.ts'
import { documentExample } from '../../deploy/test/document-example.ts'
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

/** Also the example of the document. */
const documented = await documentExample<Rule>('docs/add-a-rule.md')

describe.for(
  prepareRules({ ...documented, ...rules }, probes).map((rule) => [rule.name, rule] as const),
)('%s', ([, rule]) => {
  test('asks only for what its tables have', async () => {
    expect(await runner.check(rule)).toEqual([])
  })

  test.for(rule.cases.map((given) => [given.says, given] as const))('%s', async ([, given]) => {
    const { problems } = await runCase({ sql: runner.sql, probes }, rule, given)
    expect(problems).toEqual([])
  })
})

test('a case that does not say whether an instance is a primary is refused, with what it lacks', async () => {
  const [rule] = prepareRules(documented, probes)
  const [first] = rule?.cases ?? []
  if (rule === undefined || first === undefined) throw new Error('the document has no example')
  const { archiver = [] } = first.rows
  const { problems } = await runCase({ sql: runner.sql, probes }, rule, {
    ...first,
    rows: { archiver },
  })
  expect(problems).toEqual([
    "the rule's role is primary, and instance 1 has no row of `instance` that says in_recovery",
  ])
})

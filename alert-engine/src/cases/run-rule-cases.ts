import {
  connectRepository,
  evidenceStatement,
  migrate,
  type Sql,
  syncProbeTables,
} from '@trunkline/api/repository'
import { type Probe, probes as shippedProbes } from '@trunkline/probes'
import { messageColumns, type Rule, rules as shippedRules } from '@trunkline/rules'
import { type PreparedRule, prepareRules } from '../prepared-rule.ts'
import { type CaseResult, runCase } from './run-case.ts'

export type { CaseResult } from './run-case.ts'

/** A repository of its own, which cases may empty, and the definitions they are about. */
export interface CaseRunner extends AsyncDisposable {
  sql: Sql
  rules: readonly PreparedRule[]
  run(rule: PreparedRule): Promise<CaseResult[]>
  /** What is wrong with a rule's queries and message, by asking PostgreSQL; nothing is run. */
  check(rule: PreparedRule): Promise<string[]>
}

/**
 * Makes an empty database ready for running cases. `url` names a database made for this: its tables are emptied
 * before every case.
 */
export async function createCaseRunner({
  url,
  rules = shippedRules,
  probes = shippedProbes,
}: {
  url: string
  rules?: Readonly<Record<string, Rule>>
  probes?: Readonly<Record<string, Probe>>
}): Promise<CaseRunner> {
  const sql = connectRepository({
    url,
    max: 2,
    deadlineMs: 30_000,
    applicationName: 'trunkline rule cases',
  })
  await migrate(sql)
  await syncProbeTables(sql, probes)
  const run = async (rule: PreparedRule): Promise<CaseResult[]> => {
    const results: CaseResult[] = []
    for (const given of rule.cases) results.push(await runCase({ sql, probes }, rule, given))
    return results
  }
  return {
    sql,
    rules: prepareRules(rules, probes),
    run,
    check: (rule) => checkRule(sql, rule),
    [Symbol.asyncDispose]: () => sql.end(),
  }
}

const names = ['instance', 'host', 'agent', 'place']

async function checkRule(sql: Sql, rule: PreparedRule): Promise<string[]> {
  const problems: string[] = []
  const columns = await describe(sql, rule.sql).catch((error: Error) => {
    problems.push(`its query is refused: ${error.message}`)
    return undefined
  })
  if (columns === undefined) return problems
  const known = [...columns.keys(), ...names]
  const needed = [
    ...rule.identity,
    'value',
    ...rule.runbooks.flatMap(({ parameters, when = [] }) => Object.values(parameters).concat(when)),
  ]
  for (const column of needed.filter((one) => !columns.has(one))) {
    problems.push(`its query returns no column ${column}`)
  }
  if (columns.has('value') && columns.get('value') !== float8)
    problems.push('value is not a float8')
  const message = messageColumns(rule.message)
  for (const column of message.columns.filter((one) => !known.includes(one))) {
    problems.push(`its message names ${column}, which its query does not return`)
  }
  for (const filter of message.unknownFilters) problems.push(`its message uses a filter ${filter}`)
  if (rule.evidence !== undefined)
    problems.push(...(await checkEvidence(sql, rule.evidence, known)))
  if (rule.blindTo !== undefined) problems.push(...(await checkBlindTo(sql, rule.blindTo)))
  return problems
}

const float8 = 701

async function checkEvidence(
  sql: Sql,
  evidence: string,
  known: readonly string[],
): Promise<string[]> {
  const { text, columns } = evidenceStatement(evidence)
  const missing = columns.filter((column) => !known.includes(column))
  const problems = missing.map(
    (column) => `its evidence names $${column}, which its query does not return`,
  )
  const refused = await describe(sql, text).then(
    () => [],
    (error: Error) => [`its evidence is refused: ${error.message}`],
  )
  return [...problems, ...refused]
}

async function checkBlindTo(sql: Sql, blindTo: string): Promise<string[]> {
  return describe(sql, blindTo).then(
    (columns) => (columns.has('instance_id') ? [] : ['blindTo returns no column instance_id']),
    (error: Error) => [`its blindTo is refused: ${error.message}`],
  )
}

async function describe(sql: Sql, text: string): Promise<Map<string, number>> {
  const statement = await sql.unsafe(text).describe()
  return new Map(statement.columns.map(({ name, type }) => [name, type]))
}

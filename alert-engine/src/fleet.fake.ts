import { randomUUID } from 'node:crypto'
import {
  acquireLease,
  caseAgentId,
  connectRepository,
  type Lease,
  makeCaseFleet,
  migrate,
  type Sql,
  syncProbeTables,
  writeCaseHeartbeat,
  writeSamples,
} from '@trunkline/api/repository'
import { columnsOf, probes } from '@trunkline/probes'
import { rules } from '@trunkline/rules'
import { evaluateRule, type Evaluated } from './evaluate.ts'
import { type PreparedRule, prepareRules } from './prepared-rule.ts'

/** A repository with one agent and a few instances, whose samples a test makes up. */
export interface Fleet extends AsyncDisposable {
  sql: Sql
  lease: Lease
  warnings: string[]
  rule(name: keyof typeof rules): PreparedRule
  /** Stores one sample, and a heartbeat with it. */
  sample(given: {
    probe: keyof typeof probes
    at: Date
    instanceId?: number
    rows: readonly Readonly<Record<string, unknown>>[]
  }): Promise<void>
  heartbeat(at: Date): Promise<void>
  evaluate(rule: PreparedRule | keyof typeof rules, now?: Date): Promise<Evaluated>
}

export async function createFleet({
  url,
  instances = [1, 2, 3],
}: {
  url: string
  instances?: readonly number[]
}): Promise<Fleet> {
  const sql = connectRepository({ url, max: 4, deadlineMs: 20_000, applicationName: 'fleet' })
  await migrate(sql)
  await syncProbeTables(sql, probes)
  await makeCaseFleet({ sql }, { instances, probes: Object.keys(probes) })
  const lease = await acquireLease({ sql }, { shard: 0, holder: 'test', ttlMs: 600_000 })
  if (lease === undefined) throw new Error('the lease is taken')
  const prepared = prepareRules(rules, probes)
  const rule = (name: string): PreparedRule => {
    const found = prepared.find((one) => one.name === name)
    if (found === undefined) throw new Error(`there is no rule ${name}`)
    return found
  }
  const warnings: string[] = []
  return {
    sql,
    lease,
    warnings,
    rule,
    heartbeat: (at) => writeCaseHeartbeat({ sql }, { agent: 1, at }),
    sample: createSampler(sql),
    evaluate: (given, now) =>
      evaluateRule(
        {
          sql,
          lease,
          mailDomain: 'test.invalid',
          warn: (event, fields) => void warnings.push(`${event} ${JSON.stringify(fields)}`),
          ...(now ? { now } : {}),
        },
        typeof given === 'string' ? rule(given) : given,
      ),
    [Symbol.asyncDispose]: () => sql.end(),
  }
}

/** Stores samples as the agent of the case fleet. */
function createSampler(sql: Sql): Fleet['sample'] {
  const spoolId = randomUUID()
  let sequence = 0
  return async ({ probe, at, instanceId = 1, rows }) => {
    await writeCaseHeartbeat({ sql }, { agent: 1, at })
    const names = columnsOf(probes[probe]).map(({ name }) => name)
    sequence += 1
    const sample = {
      sequence,
      probe,
      instanceId,
      collectedAt: at.toISOString(),
      durationMs: 1,
      rowCount: rows.length,
      cutRows: 0,
      columns: Object.fromEntries(
        names.map((name) => [name, rows.map((row) => row[name] ?? null)]),
      ),
    }
    const agentId = caseAgentId(1)
    const { refused } = await writeSamples(
      { sql, probes, now: at },
      { agentId, spoolId, samples: [sample] },
    )
    if (refused[0]) throw new Error(refused[0].reason)
  }
}

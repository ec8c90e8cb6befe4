import { randomUUID } from 'node:crypto'
import {
  acquireLease,
  caseAgentId,
  type Lease,
  makeCaseFleet,
  readCaseState,
  type Sql,
  writeCaseHeartbeat,
  writeCaseRun,
  writeSamples,
} from '@trunkline/api/repository'
import type { Probe } from '@trunkline/probes'
import type { RuleCase } from '@trunkline/rules'
import { evaluateRule } from '../evaluate.ts'
import type { PreparedRule } from '../prepared-rule.ts'
import { columnarOf, type Timeline, timelineOf } from './timeline.ts'

/** What a case found: empty when all was as expected. */
export interface CaseResult {
  rule: string
  says: string
  problems: string[]
}

const start = Date.parse('2026-01-05T00:00:00Z')

/**
 * Runs a case of a rule by the real ingest and the real engine, in the past. Empties the tables of the repository it is
 * given, so that must be one made for this.
 */
export async function runCase(
  { sql, probes }: { sql: Sql; probes: Readonly<Record<string, Probe>> },
  rule: PreparedRule,
  given: RuleCase,
): Promise<CaseResult> {
  const timeline = timelineOf(given, rule, probes)
  const roleless = rolelessInstances(rule, given, timeline.instances)
  if (roleless.length > 0) {
    const problem = `the rule's role is ${rule.role}, and instance ${roleless.join(', ')} has no row of \`instance\` that says in_recovery`
    return { rule: rule.name, says: given.says, problems: [problem] }
  }
  await makeCaseFleet({ sql }, { instances: timeline.instances, probes: Object.keys(probes) })
  const lease = await acquireLease({ sql }, { shard: 0, holder: 'rule cases', ttlMs: 600_000 })
  if (lease === undefined)
    throw new Error('an engine works on this repository: cases need their own')
  const feeder = createFeeder({ sql, probes, timeline })
  const problems: string[] = []
  for (const atMs of timeline.evaluations) {
    await feeder.feed(atMs)
    await evaluate({ sql, lease }, rule, atMs)
    for (const { state } of timeline.expected.filter((one) => one.atMs === atMs)) {
      const found = await readCaseState({ sql }, rule.name)
      if (found !== state) problems.push(`at ${atMs / 1_000}s it is ${found}, not ${state}`)
    }
  }
  return { rule: rule.name, says: given.says, problems }
}

/** Instances of a case of which the engine would not know whether the rule is for them: it would stay normal in silence. */
function rolelessInstances(
  { role }: PreparedRule,
  { rows }: RuleCase,
  instances: readonly number[],
): number[] {
  if (role === 'any') return []
  const told = (rows.instance ?? []).filter((row) => typeof row['in_recovery'] === 'boolean')
  return instances.filter((id) => !told.some((row) => row['instance_id'] === id))
}

async function evaluate(
  { sql, lease }: { sql: Sql; lease: Lease },
  rule: PreparedRule,
  atMs: number,
): Promise<void> {
  const warn = (event: string, fields: Record<string, unknown>): never => {
    throw new Error(`${event}: ${JSON.stringify(fields)}`)
  }
  const now = new Date(start + atMs)
  await evaluateRule({ sql, lease, now, warn, mailDomain: 'case.invalid' }, rule)
}

interface Feed {
  sql: Sql
  probes: Readonly<Record<string, Probe>>
  timeline: Timeline
}

/** Stores what an agent would have sent up to a time. */
function createFeeder({ sql, probes, timeline }: Feed) {
  const spoolId = randomUUID()
  let fedMs = -Infinity
  let sequence = 0
  const feed = async (untilMs: number): Promise<void> => {
    const isDue = ({ atMs }: { atMs: number }): boolean => atMs > fedMs && atMs <= untilMs
    const samples = timeline.samples.filter(isDue).map((sample) => {
      const definition = probes[sample.probe]
      sequence += 1
      return {
        sequence,
        probe: sample.probe,
        instanceId: sample.instanceId,
        collectedAt: new Date(start + sample.atMs).toISOString(),
        durationMs: 1,
        rowCount: sample.rows.length,
        cutRows: 0,
        columns: definition === undefined ? {} : columnarOf(sample, definition, start),
      }
    })
    for (const { agent, atMs } of timeline.heartbeats.filter(isDue)) {
      await writeCaseHeartbeat({ sql }, { agent, at: new Date(start + atMs) })
    }
    for (const { row, atMs } of timeline.runs.filter(isDue)) {
      await writeCaseRun({ sql }, { row, at: new Date(start + atMs) })
    }
    fedMs = untilMs
    for (let from = 0; from < samples.length; from += 500) {
      const batch = { agentId: caseAgentId(1), spoolId, samples: samples.slice(from, from + 500) }
      const now = new Date(start + untilMs)
      const { refused } = await writeSamples({ sql, probes, now }, batch)
      const [first] = refused
      if (first) throw new Error(`the case's rows are no sample: ${first.reason}`)
    }
  }
  return { feed }
}

import { columnsOf, type Duration, durationMs, type Probe } from '@trunkline/probes'
import type { CaseRow, RuleCase } from '@trunkline/rules'

/** A sample that a case's agent takes. */
export interface CaseSample {
  atMs: number
  probe: string
  instanceId: number
  rows: readonly CaseRow[]
}

/** What happens in a case, in milliseconds from its start. */
export interface Timeline {
  samples: CaseSample[]
  /** Rows of `agent` and `probe_run` as they come. */
  heartbeats: { atMs: number; agent: number }[]
  runs: { atMs: number; row: CaseRow }[]
  expected: { atMs: number; state: string }[]
  /** When the rule is evaluated. */
  evaluations: number[]
  instances: number[]
}

const heartbeatEveryMs = 10_000
const clockEveryMs = 5_000

/** Spells a case out: what its rows leave unsaid happens as with a real agent, at every probe's interval. */
export function timelineOf(
  given: RuleCase,
  rule: { reads: readonly string[] },
  probes: Readonly<Record<string, Probe>>,
): Timeline {
  const expected = Object.entries(given.expect)
    .map(([at, state]) => ({ atMs: timeMs(at), state }))
    .toSorted((one, other) => one.atMs - other.atMs)
  const endMs = Math.max(...expected.map(({ atMs }) => atMs))
  const tables = Object.entries(given.rows) as [string, readonly CaseRow[]][]
  const instances = [...new Set(tables.flatMap(([, rows]) => rows.flatMap(instanceOf)))]
  const samples = tables.flatMap(([probe, rows]) => {
    const definition = probes[probe]
    return definition === undefined ? [] : samplesOf({ given, probe, definition, rows, endMs })
  })
  const runs = (given.rows.probe_run ?? []).map((row) => ({ atMs: timeMs(row.at), row }))
  const clock = rule.reads.includes('agent') ? range(0, endMs, clockEveryMs) : []
  const read = samples.filter(({ probe }) => rule.reads.includes(probe))
  const times = [
    ...read.map(({ atMs }) => atMs),
    ...runs.map(({ atMs }) => atMs),
    ...expected.map(({ atMs }) => atMs),
    ...clock,
  ]
  return {
    samples: samples.toSorted((one, other) => one.atMs - other.atMs),
    heartbeats: heartbeatsOf(given, endMs),
    runs,
    expected,
    evaluations: [...new Set(times)].toSorted((one, other) => one - other),
    instances: instances.length === 0 ? [1] : instances,
  }
}

/** A `Duration` in milliseconds, before the start when it is negative. */
function timeMs(text: string): number {
  return text.startsWith('-') ? -durationMs(text.slice(1)) : durationMs(text)
}

interface Sampled {
  given: RuleCase
  probe: string
  definition: Probe
  rows: readonly CaseRow[]
  endMs: number
}

/** The samples given, each taken again until the next one. */
function samplesOf({ given, probe, definition, rows, endMs }: Sampled): CaseSample[] {
  const empties = (given.empty as Record<string, readonly Duration[]> | undefined)?.[probe] ?? []
  const stop = (given.stops as Record<string, Duration> | undefined)?.[probe]
  const stopMs = stop === undefined ? endMs + 1 : timeMs(stop)
  const everyMs = durationMs(definition.every)
  return [...new Set(rows.flatMap(instanceOf))].flatMap((instanceId) => {
    const own = rows.filter((row) => row['instance_id'] === instanceId)
    const times = [...new Set([...own.map(({ at }) => at), ...empties].map(timeMs))]
    const sorted = times.toSorted((one, other) => one - other)
    return sorted.flatMap((atMs, index) => {
      const untilMs = Math.min(sorted[index + 1] ?? endMs + 1, Math.max(stopMs, atMs + 1))
      const taken = own.filter((row) => timeMs(row.at) === atMs)
      return range(atMs, untilMs - 1, everyMs).map((time) => ({
        atMs: time,
        probe,
        instanceId,
        rows: taken,
      }))
    })
  })
}

/** The agent reports every ten seconds unless the case says when. */
function heartbeatsOf(given: RuleCase, endMs: number): Timeline['heartbeats'] {
  const rows = given.rows.agent ?? [{ at: '0s', agent_id: 1 }]
  const stop = given.stops?.agent
  const stopMs = stop === undefined ? endMs + 1 : timeMs(stop)
  return rows.flatMap((row, index) => {
    const atMs = timeMs(row.at)
    const next = rows[index + 1]
    const untilMs = Math.min(next ? timeMs(next.at) : endMs + 1, Math.max(stopMs, atMs + 1))
    const agent = Number(row['agent_id'])
    return range(atMs, untilMs - 1, heartbeatEveryMs).map((time) => ({ atMs: time, agent }))
  })
}

/** A sample as an agent sends it: every column of the probe, times as text. */
export function columnarOf(
  sample: CaseSample,
  definition: Probe,
  startMs: number,
): Record<string, (string | number | boolean | null)[]> {
  return Object.fromEntries(
    columnsOf(definition).map(({ name, type }) => [
      name,
      sample.rows.map((row) => {
        const value = row[name] ?? null
        const isTime = type === 'timestamptz' && typeof value === 'string'
        return isTime ? new Date(startMs + timeMs(value)).toISOString() : value
      }),
    ]),
  )
}

function instanceOf(row: CaseRow): number[] {
  const id = row['instance_id']
  return typeof id === 'number' ? [id] : []
}

function range(fromMs: number, toMs: number, everyMs: number): number[] {
  const count = Math.max(0, Math.floor((toMs - fromMs) / everyMs) + 1)
  return Array.from({ length: count }, (_, index) => fromMs + index * everyMs)
}

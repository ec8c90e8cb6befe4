import { durationMs, targetColumn, type Probe } from '@trunkline/probes'
import type { Rule } from '@trunkline/rules'
import type {
  AgentRow,
  AlertCount,
  BlindSpot,
  InstanceRow,
  ProbeRunRow,
  RuleRuntimeView,
} from '../repository/index.ts'
import type { Agent } from './schemas/agent.ts'
import { instanceStateSchema, type Area, type Instance } from './schemas/instance.ts'
import { areaNames } from './schemas/instance-words.ts'

/** Later than this, an agent's heartbeat says nothing about now. */
const agentLateSeconds = 30
/** The engine passes over every rule each ten seconds; a rule not evaluated for so long proves nothing. */
const ruleLateSeconds = 60

export interface Seen {
  probes: Record<string, Probe>
  rules: Record<string, Rule>
  runs: readonly ProbeRunRow[]
  alerts: readonly AlertCount[]
  runtimes: readonly RuleRuntimeView[]
  blindSpots: readonly BlindSpot[]
}

/** How instances look, from what was read once for all of them. Unknown is never green. */
export function createInstanceView(seen: Seen): (row: InstanceRow) => Instance {
  const runs = new Map(seen.runs.map((run) => [runKey(run.probe, run.instanceId, run.hostId), run]))
  const runtimes = new Map(seen.runtimes.map((runtime) => [runtime.rule, runtime]))
  const rulesByArea = Map.groupBy(Object.entries(seen.rules), ([, { area }]) => area)
  const alerts = Map.groupBy(seen.alerts, whereOf)
  const blind = new Set(seen.blindSpots.map(({ rule, instanceId }) => `${rule} ${instanceId}`))
  return (row) => {
    const health = healthOf(row, seen.probes['instance'])
    const here = [`instance ${row.id}`, `host ${row.host.id}`, `agent ${row.agent.id}`]
    const allFiring = here.flatMap((where) => alerts.get(where) ?? [])
    const areaOf = (area: (typeof areaNames)[number]): Area => {
      const rules = rulesByArea.get(area) ?? []
      const firing = allFiring.filter((alert) => seen.rules[alert.rule]?.area === area)
      const grounds = rules.map(([name, rule]) =>
        health === 'no_data' || health === 'unmonitored' || blind.has(`${name} ${row.id}`)
          ? 'unknown'
          : groundsOf({ rule, runtime: runtimes.get(name), row, runs, probes: seen.probes }),
      )
      return {
        level: Math.max(0, ...firing.map(({ level }) => level)),
        health: grounds.length === 0 ? 'unknown' : worst(grounds),
        alerts: firing.reduce((sum, { alerts }) => sum + alerts, 0),
      }
    }
    const areas = Object.fromEntries(areaNames.map((area) => [area, areaOf(area)]))
    return { ...factsOf(row, health), areas: areas as Instance['areas'] }
  }
}

/** An agent is late when its heartbeat is, and unknown before the first. */
export function agentView(row: AgentRow): Agent {
  const state =
    row.ageSeconds === null ? 'unknown' : row.ageSeconds > agentLateSeconds ? 'late' : 'ok'
  return {
    ...row,
    state,
    enrolledAt: row.enrolledAt.toISOString(),
    lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
  }
}

function healthOf(row: InstanceRow, probe: Probe | undefined): Instance['health'] {
  if (row.agentAgeSeconds === null) return 'no_data'
  if (row.agentAgeSeconds > agentLateSeconds) return 'unmonitored'
  if (row.dataAgeSeconds === null || !probe) return 'no_data'
  return row.dataAgeSeconds > staleSeconds(probe) ? 'stale' : 'ok'
}

function factsOf(row: InstanceRow, health: Instance['health']): Omit<Instance, 'areas'> {
  const { agentAgeSeconds: _agentAge, inRecovery, ...facts } = row
  const known = instanceStateSchema.safeParse(row.state)
  return {
    ...facts,
    health,
    // What was so once is not so now: only fresh data says how the instance is.
    state: health === 'ok' && known.success ? known.data : 'unknown',
    role: inRecovery === null ? null : inRecovery ? 'standby' : 'primary',
    addedAt: row.addedAt.toISOString(),
    dataAt: row.dataAt?.toISOString() ?? null,
    startedAt: row.startedAt?.toISOString() ?? null,
  }
}

/** Whether what a rule stands on is there: evaluated lately, on samples that are fresh. */
function groundsOf(about: {
  rule: Rule
  runtime: RuleRuntimeView | undefined
  row: InstanceRow
  runs: ReadonlyMap<string, ProbeRunRow>
  probes: Record<string, Probe>
}): Area['health'] {
  const { rule, runtime, row, runs, probes } = about
  if (!appliesTo(rule.role, row)) return 'ok'
  const isEvaluated =
    runtime?.error === null && runtime.ageSeconds !== null && runtime.ageSeconds <= ruleLateSeconds
  if (!isEvaluated) return 'unknown'
  // `agent` and `probe_run` are no probes: they are as fresh as the agent's heartbeat.
  const read = rule.reads.flatMap((name) => {
    const probe = probes[name]
    return probe && appliesTo(probe.role, row) ? [{ name, probe }] : []
  })
  return worst(
    read.map(({ name, probe }) => {
      const isOfHost = targetColumn(probe) === 'host_id'
      const key = isOfHost ? runKey(name, null, row.host.id) : runKey(name, row.id, null)
      const okAge = runs.get(key)?.okAgeSeconds ?? null
      if (okAge === null) return 'unknown'
      return okAge > staleSeconds(probe) ? 'stale' : 'ok'
    }),
  )
}

function appliesTo(role: 'any' | 'primary' | 'standby', { inRecovery }: InstanceRow): boolean {
  return role === 'any' || inRecovery === null || (role === 'standby') === inRecovery
}

/** What an alert is about: its instance, or else its host, or else its agent. */
function whereOf({ instanceId, hostId, agentId }: AlertCount): string {
  if (instanceId !== null) return `instance ${instanceId}`
  return hostId !== null ? `host ${hostId}` : `agent ${agentId}`
}

/** Three missed runs, and the time one may take. */
function staleSeconds(probe: Probe): number {
  return (3 * durationMs(probe.every)) / 1_000 + 5
}

function worst(all: readonly Area['health'][]): Area['health'] {
  if (all.includes('unknown')) return 'unknown'
  return all.includes('stale') ? 'stale' : 'ok'
}

function runKey(probe: string, instanceId: number | null, hostId: number | null): string {
  return `${probe} ${instanceId ?? ''} ${hostId ?? ''}`
}

import type { AlertRow } from './alert-row.ts'

/** A row of a rule's query with the names of what it is about. */
export interface ConditionRow {
  value: number | null
  row: Record<string, unknown>
  instance: { id: number; name: string } | null
  agent: { id: string; name: string } | null
  host: string | null
  /** How far the clock that stamped it is ahead of the repository's. */
  skewMs: number
}

/** How well what an alert is about is being watched just now. Times are milliseconds. */
export interface Target {
  instanceId: number | null
  hostId: number | null
  agentId: string | null
  instance: { id: number; name: string } | null
  agent: { id: string; name: string } | null
  host: string | null
  isRemoved: boolean
  heartbeatAt: number | null
  /** How far the agent's clock, which stamps the runs, is ahead of the repository's. */
  skewMs: number
  /** What the newest attempt to connect to the instance met. */
  instanceState: string | null
  runs: Record<string, { ok: boolean; collectedAt: number; lastOkAt: number | null }>
}

/** A change of a rule's levels, for the fleet (`instanceId` null) or one instance. */
export interface RuleOverride {
  instanceId: number | null
  /** As stored: parsed where it is used. */
  levels: unknown
}

/** An open alert that may mute others. */
export interface Firing {
  rule: string
  instanceId: number | null
  agentId: string | null
}

/** Everything an evaluation of one rule goes by, as of one instant. */
export interface RuleFacts {
  /** The repository's time, in milliseconds. */
  now: number
  overrides: RuleOverride[]
  /** Alerts that are open or have lately changed, and how well what they are about is watched. */
  live: AlertRow[]
  targets: Target[]
  firing: Firing[]
  rows: ConditionRow[]
}

import type { Rule } from '@trunkline/rules'

/** What a message needs to know of the rule; a rule that was taken out still has an alert to resolve. */
export type ToldRule = Pick<Rule, 'code' | 'summary' | 'area' | 'unit' | 'whatToDo'> & {
  name: string
}

/** A transition that may have to be told. Told are raised, unmuted, level_up, level_down and resolved. */
export interface ToldTransition {
  alertId: string
  sequence: number
  episodeId: string | null
  kind: string
  fromLevel: number
  toLevel: number
  /** Highest level of the episode. */
  maxLevel: number
  at: Date
  raisedAt: Date | null
  dataAt: Date | null
  value: number | null
  threshold: number | null
  message: string
  labels: Record<string, unknown>
  evidence: readonly Record<string, unknown>[]
  instance: { id: number; name: string } | null
  agent: { id: string; name: string } | null
  reason: string
  /** The firing rule that mutes this one for the same instance. A resolved is told all the same to who was told before. */
  mutedBy: string | null
  /** Proposed with it: shown in the message. */
  runbooks: readonly { runbook: string; parameters: Record<string, string | number> }[]
}

import type { Firing } from '@trunkline/api/repository'
import type { PreparedRule } from './prepared-rule.ts'

/** The rule that keeps an alert from being told: it fires for the same instance, or for the agent that watches it. */
export function findMute(given: {
  rule: Pick<PreparedRule, 'mutedBy'>
  firing: readonly Firing[]
  instanceId: number | null
  agentId: string | null
}): string | null {
  const { rule, firing, instanceId, agentId } = given
  const isHere = (one: Firing): boolean =>
    (one.instanceId !== null && one.instanceId === instanceId) ||
    (one.agentId !== null && one.agentId === agentId)
  return rule.mutedBy.find((name) => firing.some((one) => one.rule === name && isHere(one))) ?? null
}

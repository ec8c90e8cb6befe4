import type { AlertDetail } from '../../api.ts'
import { fixed } from '../../charts/time-range.ts'

const minuteMs = 60_000

/** What an alert is about, and the page that shows it at the time it happened. */
export function whereOf(
  alert: Pick<AlertDetail, 'instance' | 'agent' | 'raisedAt' | 'resolvedAt'>,
): { kind: 'instance' | 'agent'; name: string; href: string } | undefined {
  const { instance, agent, raisedAt, resolvedAt } = alert
  if (!instance) return agent ? { kind: 'agent', name: agent.name, href: '/agents' } : undefined
  const page = `/instances/${instance.id}`
  // While it is open the page's own last hour is right.
  if (!raisedAt || !resolvedAt) return { kind: 'instance', name: instance.name, href: page }
  const [from, to] = [Date.parse(raisedAt) - 30 * minuteMs, Date.parse(resolvedAt) + 15 * minuteMs]
  return {
    kind: 'instance',
    name: instance.name,
    href: `${page}?${new URLSearchParams({ ...fixed({ from, to }) }).toString()}`,
  }
}

import type { PreparedRule } from './prepared-rule.ts'

/** The rules that a `samples` notification concerns; a payload that says nothing concerns all. */
export function rulesHinted(rules: readonly PreparedRule[], payload: string): PreparedRule[] {
  const probe = probeOf(payload)
  if (probe === undefined) return [...rules]
  return rules.filter(({ probes }) => probes.has(probe))
}

/** Rules whose rows change without a sample of a probe: they are looked at by the clock. */
export function rulesOfClock(rules: readonly PreparedRule[]): PreparedRule[] {
  return rules.filter(({ reads }) => reads.includes('agent') || reads.includes('probe_run'))
}

function probeOf(payload: string): string | undefined {
  try {
    const hint: unknown = JSON.parse(payload)
    if (typeof hint !== 'object' || hint === null || !('probe' in hint)) return undefined
    return typeof hint.probe === 'string' ? hint.probe : undefined
  } catch {
    return undefined
  }
}

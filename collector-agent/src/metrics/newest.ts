import { durationMs, type Probe } from '@trunkline/probes'
import type { Taken } from '../sample.ts'

/** The newest sample of every probe and target that is still fresh. */
export interface Newest {
  set(taken: Taken): void
  /** What is no longer watched is no longer shown. */
  forget(instanceId: number): void
  fresh(): Taken[]
}

// After this many intervals without a new sample a value says nothing about now.
const staleIntervals = 3

export function createNewest(
  probes: Record<string, Probe>,
  now: () => number = () => performance.now(),
): Newest {
  const kept = new Map<string, { taken: Taken; at: number }>()
  const isFresh = ({ taken, at }: { taken: Taken; at: number }) => {
    const probe = probes[taken.sample.probe]
    return probe !== undefined && now() - at <= staleIntervals * durationMs(probe.every)
  }
  return {
    set(taken) {
      const { probe, instanceId } = taken.sample
      kept.set(`${instanceId ?? 'host'}/${probe}`, { taken, at: now() })
    },
    forget(instanceId) {
      for (const key of kept.keys()) if (key.startsWith(`${instanceId}/`)) kept.delete(key)
    },
    fresh: () => [...kept.values()].filter(isFresh).map(({ taken }) => taken),
  }
}

import type { Health } from './metrics/health.ts'
import type { Newest } from './metrics/newest.ts'
import { encodeTaken, type Taken, type TargetAttributes } from './sample.ts'
import type { Outcome } from './run-probe.ts'
import type { Log } from './log.ts'

export interface Recorder {
  /** Runs a probe, and keeps what it brought where the sinks find it. */
  record<O extends Outcome | undefined>(target: Target, run: () => Promise<O>): Promise<O>
  tellState(instanceId: number, change: Record<string, unknown>): void
}

export interface Target {
  name: string
  instanceId?: number
  attributes: TargetAttributes
}

export interface RecorderOptions {
  append: (payload: Buffer) => Promise<number | undefined>
  newest: Newest
  health: Health
  log: Log
}

export function createRecorder({ append, newest, health, log }: RecorderOptions): Recorder {
  const failing = createOncePerHour()

  function count(name: string, outcome: Outcome, seconds: number): void {
    health.runs.inc({ probe: name, outcome: outcome.kind })
    health.duration.observe({ probe: name }, seconds)
    if (outcome.kind === 'rows' && outcome.sample.cutRows > 0)
      health.cutRows.inc({ probe: name }, outcome.sample.cutRows)
  }

  return {
    async record({ name, instanceId, attributes }, run) {
      const collectedAt = new Date().toISOString()
      const startedAt = performance.now()
      const outcome = await run()
      const elapsedMs = performance.now() - startedAt
      if (!outcome) return outcome
      count(name, outcome, elapsedMs / 1000)
      if (outcome.kind === 'failed' && failing(`${instanceId}/${name}`))
        log('probe_failed', { probe: name, instanceId, ...outcome.failure })
      // Without a server there is no outcome of this probe: its data just grows old.
      if (outcome.kind === 'disconnected') return outcome
      const target = instanceId === undefined ? {} : { instanceId }
      const sample = { probe: name, ...target, collectedAt, durationMs: round(elapsedMs) }
      const taken: Taken = { attributes, sample: { ...sample, ...bodyOf(outcome) } }
      if (outcome.kind === 'rows') newest.set(taken)
      await append(encodeTaken(taken))
      return outcome
    },
    tellState(instanceId, change) {
      health.instanceUp.set({ instance_id: instanceId }, change['state'] === 'up' ? 1 : 0)
      log('instance_state', { instanceId, ...change })
    },
  }
}

function bodyOf(outcome: Exclude<Outcome, { kind: 'disconnected' }>) {
  return outcome.kind === 'rows'
    ? outcome.sample
    : { rowCount: 0, cutRows: 0, columns: {}, failure: outcome.failure }
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}

/** True the first time in an hour: a role that lacks a grant fails every time, and says so once. */
function createOncePerHour(): (key: string) => boolean {
  const told = new Map<string, number>()
  return (key) => {
    const now = performance.now()
    if (now - (told.get(key) ?? -Infinity) < 3_600_000) return false
    told.set(key, now)
    return true
  }
}

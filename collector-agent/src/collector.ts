import { durationMs, type Probe } from '@trunkline/probes'
import type { AgentConfig } from '@trunkline/api/agent-client'
import type { Instance } from './instances/instance.ts'
import { failureOf } from './instances/failure.ts'
import { watchInstance, type Watched } from './instances/watch-instance.ts'
import type { Newest } from './metrics/newest.ts'
import { createSystemReader } from './readers/system.ts'
import type { Recorder } from './recorder.ts'
import type { Outcome } from './run-probe.ts'
import { hostAttributes } from './sample.ts'
import type { Schedule } from './schedule.ts'
import { createTurns } from './turns.ts'

export interface CollectorOptions {
  probes: Record<string, Probe>
  schedule: Schedule
  recorder: Recorder
  newest: Newest
  hostName: string
}

/** Watches what the configuration names, and nothing else. */
export interface Collector extends AsyncDisposable {
  apply: (config: AgentConfig) => Promise<void>
  instance(id: number): Instance | undefined
  /** `false` when there is no such instance or probe. */
  runNow(instanceId: number, probe: string): boolean
}

export function createCollector(options: CollectorOptions): Collector {
  const { probes, schedule, recorder, newest } = options
  const watched = new Map<number, Watched>()
  const inTurn = createTurns()
  watchHost(options)

  async function stop(id: number): Promise<void> {
    const stopped = watched.get(id)
    watched.delete(id)
    newest.forget(id)
    await stopped?.[Symbol.asyncDispose]()
  }

  async function applyNow({ instances }: AgentConfig): Promise<void> {
    const wanted = new Map(instances.map((definition) => [definition.id, definition]))
    for (const [id, { instance }] of watched) {
      const isSame = JSON.stringify(wanted.get(id)) === JSON.stringify(instance.definition)
      if (!isSame) await stop(id)
    }
    for (const [id, definition] of wanted) {
      if (!watched.has(id))
        watched.set(id, watchInstance({ definition, probes, schedule, recorder }))
    }
  }

  return {
    apply: (config) => inTurn(() => applyNow(config)),
    instance: (id) => watched.get(id)?.instance,
    runNow: (instanceId, probe) => watched.get(instanceId)?.runNow(probe) ?? false,
    async [Symbol.asyncDispose]() {
      await Promise.all([...watched.keys()].map(stop))
    },
  }
}

/** Runs the probes of this host, which need no server. */
function watchHost({ probes, schedule, recorder, hostName }: CollectorOptions): void {
  const readSystem = createSystemReader()
  const attributes = hostAttributes(hostName)
  const read = (probe: Probe): Promise<Outcome> =>
    readSystem(probe).then(
      (sample) => ({ kind: 'rows', sample }),
      (error: unknown) => ({ kind: 'failed', failure: failureOf(error) }),
    )
  for (const [name, probe] of Object.entries(probes)) {
    if (probe.scope !== 'host') continue
    const run = () => recorder.record({ name, attributes }, () => read(probe))
    const everyMs = durationMs(probe.every)
    const task = { name: `host/${name}`, target: 'host', everyMs }
    schedule.add({ ...task, run: async () => void (await run()) }).runNow()
  }
}

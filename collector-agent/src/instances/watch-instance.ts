import { durationMs, type Probe } from '@trunkline/probes'
import { instanceAttributes } from '../sample.ts'
import { isLocal } from '../readers/filesystems.ts'
import type { Schedule, Scheduled } from '../schedule.ts'
import type { Recorder } from '../recorder.ts'
import { createInstance, type Instance, type InstanceDefinition } from './instance.ts'

export interface WatchOptions {
  definition: InstanceDefinition
  probes: Record<string, Probe>
  schedule: Schedule
  recorder: Recorder
}

export interface Watched extends AsyncDisposable {
  readonly instance: Instance
  /** Runs a probe of this instance at once. */
  runNow(probe: string): boolean
}

/** Runs every probe of an instance at its interval for as long as the instance is up. */
export function watchInstance(options: WatchOptions): Watched {
  const { definition, probes, schedule, recorder } = options
  const target = { instanceId: definition.id, attributes: instanceAttributes(definition) }
  const tasks = new Map<string, Scheduled>()
  const others: Scheduled[] = []
  const instance = createInstance(definition, checkNow)

  function checkNow(): void {
    for (const [name, task] of tasks) if (probes[name]?.reader === 'liveness') task.runNow()
  }

  async function check(name: string, probe: Probe): Promise<void> {
    const before = instance.liveness?.state
    const { state, error } = await recorder.record({ name, ...target }, async () => {
      const liveness = await instance.checkLiveness(probe)
      return { ...liveness, kind: 'rows' as const }
    })
    if (state !== before) recorder.tellState(definition.id, { state, before, error })
    // What was not asked while it was away is asked at once.
    if (state === 'up' && before !== 'up') for (const task of others) task.runNow()
  }

  async function runOther(name: string, probe: Probe): Promise<void> {
    if (instance.liveness?.state !== 'up') return
    // Another host's paths say nothing here.
    if (probe.reader === 'filesystems' && !(await isLocal(definition.connection.address))) return
    const outcome = await recorder.record({ name, ...target }, () => instance.run(name, probe))
    if (outcome?.kind === 'disconnected') checkNow()
  }

  for (const [name, probe] of Object.entries(probes)) {
    if (probe.scope === 'host') continue
    const run = () => (probe.reader === 'liveness' ? check(name, probe) : runOther(name, probe))
    const task = schedule.add({
      name: `${definition.id}/${name}`,
      target: String(definition.id),
      everyMs: durationMs(probe.every),
      run,
    })
    tasks.set(name, task)
    if (probe.reader !== 'liveness') others.push(task)
  }
  checkNow()
  return {
    instance,
    runNow(name) {
      tasks.get(name)?.runNow()
      return tasks.has(name)
    },
    async [Symbol.asyncDispose]() {
      for (const task of tasks.values()) task[Symbol.dispose]()
      await instance[Symbol.asyncDispose]()
    },
  }
}

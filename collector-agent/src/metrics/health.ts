import type { Spool } from '../spool/spool.ts'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What the agent says of itself. */
export type Health = ReturnType<typeof createHealth>

export function createHealth() {
  const registry = new Registry()
  const registers = [registry]
  const counter = <const L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name: `trunkline_agent_${name}`, help, labelNames, registers })
  const gauge = <const L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Gauge({ name: `trunkline_agent_${name}`, help, labelNames, registers })

  return {
    registry,
    runs: counter('probe_runs_total', 'Runs of a probe, by how they ended.', ['probe', 'outcome']),
    skipped: counter('probe_skips_total', 'Runs not made since the one before was still going.', [
      'probe',
    ]),
    cutRows: counter('probe_cut_rows_total', 'Rows beyond the limit of their probe.', ['probe']),
    duration: new Histogram({
      name: 'trunkline_agent_probe_duration_seconds',
      help: 'Time a run of a probe took.',
      labelNames: ['probe'],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    }),
    instanceUp: gauge('instance_up', '1 while the instance takes connections.', ['instance_id']),
    spoolBytes: gauge('spool_bytes', 'Size of the spool on disk.', []),
    spoolDamage: gauge('spool_damage', 'Broken places found when the spool was opened.', ['kind']),
    spoolUnwritten: gauge('spool_unwritten_samples', 'Samples that the disk did not take.', []),
    spoolOldest: gauge('spool_oldest_seconds', 'Age of the oldest sample a sink has not taken.', [
      'sink',
    ]),
    spoolDropped: gauge('spool_dropped_samples', 'Samples dropped before a sink had them.', [
      'sink',
    ]),
    sent: counter('sink_sent_total', 'Samples or points that a sink took.', ['sink']),
    failed: counter('sink_failures_total', 'Requests to a sink that failed.', ['sink']),
    refused: counter('sink_refused_total', 'What a sink took note of but did not keep.', ['sink']),
    quarantined: counter(
      'sink_quarantined_total',
      'What a sink refused and will not be sent again.',
      ['sink'],
    ),
    workerRestarts: gauge('worker_restarts', 'Times the watchdog started the worker again.', []),
    memory: gauge('process_resident_bytes', 'Memory of the worker.', []),
    cpu: gauge('process_cpu_seconds', 'CPU time of the worker since it started.', ['mode']),
  }
}

/** Brings the figures up to date that are read rather than counted. */
export function updateHealth(
  health: Health,
  { spool, sinks }: { spool: Spool; sinks: readonly string[] },
) {
  const stats = spool.stats()
  health.spoolBytes.set(stats.bytes)
  health.spoolUnwritten.set(stats.unwritten)
  for (const sink of sinks) {
    health.spoolOldest.set({ sink }, stats.oldestSeconds(sink))
    health.spoolDropped.set({ sink }, stats.dropped(sink))
  }
  const { user, system } = process.cpuUsage()
  health.cpu.set({ mode: 'user' }, user / 1_000_000)
  health.cpu.set({ mode: 'system' }, system / 1_000_000)
  health.memory.set(process.memoryUsage.rss())
}

import { pointsOf, prometheusLabel, prometheusName, type Probe } from '@trunkline/probes'
import type { Taken } from '../sample.ts'

/** The newest samples in Prometheus' text format, under the names that the same points have in a store fed by OTLP. */
export function expose(taken: readonly Taken[], probes: Record<string, Probe>): string {
  const families = new Map<string, { head: string; lines: string[] }>()
  for (const { sample, attributes } of taken) {
    const probe = probes[sample.probe]
    if (!probe) continue
    for (const metric of pointsOf(probe, sample, attributes)) {
      const name = prometheusName(metric.name, metric)
      const family = families.get(name) ?? { head: headOf(name, metric), lines: [] }
      families.set(name, family)
      for (const { attributes: labels, value } of metric.points)
        family.lines.push(`${name}${labelsOf(labels)} ${value}\n`)
    }
  }
  return [...families.values()].map(({ head, lines }) => head + lines.join('')).join('')
}

function headOf(name: string, metric: { kind: string; description: string }): string {
  const help = metric.description.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  return `# HELP ${name} ${help}\n# TYPE ${name} ${metric.kind}\n`
}

function labelsOf(attributes: Record<string, string>): string {
  const pairs = Object.entries(attributes).map(
    ([key, value]) => `${prometheusLabel(key)}="${escape(value)}"`,
  )
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escape(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

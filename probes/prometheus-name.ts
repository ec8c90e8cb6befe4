import type { Metric } from './probe.ts'

/** The units of our metrics in a Prometheus name; a unit in braces leaves no trace. */
const unitWords: Record<string, string> = { s: 'seconds', By: 'bytes', '%': 'percent', '1': '' }

/**
 * A metric's name in Prometheus, as Prometheus' own translator and VictoriaMetrics' -opentelemetry.usePrometheusNaming
 * make it: tokens joined by `_`, then the unit unless a token says it, then `total` of a counter or `ratio` of a gauge.
 */
export function prometheusName(
  name: string,
  { unit, kind }: Pick<Metric, 'unit' | 'kind'>,
): string {
  const tokens = name.split(/[^a-zA-Z0-9]+/).filter((token) => token !== '')
  const word = unit.includes('{') ? '' : (unitWords[unit] ?? unit)
  if (word !== '' && !tokens.includes(word)) tokens.push(word)
  if (kind === 'counter') return [...without(tokens, 'total'), 'total'].join('_')
  if (unit === '1') return [...without(tokens, 'ratio'), 'ratio'].join('_')
  return tokens.join('_')
}

/** An attribute's name as a Prometheus label. */
export function prometheusLabel(attribute: string): string {
  const label = attribute.replaceAll(/[^a-zA-Z0-9_]/g, '_')
  if (/^\d/.test(label)) return `key_${label}`
  return /^_(?!_)/.test(label) ? `key${label}` : label
}

function without(tokens: readonly string[], word: string): string[] {
  return tokens.filter((token) => token !== word)
}

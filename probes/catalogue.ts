import { columnsOf, keyOf, type Probe, probes, prometheusLabel, prometheusName } from './index.ts'

/** The page that lists every probe with its columns and metrics. */
export function renderCatalogue(): string {
  const entries = Object.entries<Probe>(probes)
  const overview = entries.map(
    ([name, { scope, role, every, retention, summary }]) =>
      `| [${name}](#${name}) | ${scope} | ${role} | ${every} | ${retention} | ${summary} |`,
  )
  return [
    '# Catalogue of probes',
    '',
    'Made from the definitions by `npm run generate -w probes`. Names in Prometheus are those of VictoriaMetrics with',
    "`-opentelemetry.usePrometheusNaming`, of Prometheus, and of the agent's own `/metrics`.",
    '',
    '| probe | scope | role | every | kept | what |',
    '| --- | --- | --- | --- | --- | --- |',
    ...overview,
    ...entries.flatMap(([name, probe]) => ['', ...renderProbe(name, probe)]),
    '',
  ].join('\n')
}

function renderProbe(name: string, probe: Probe): string[] {
  const majors = Object.keys(probe.sql)
  const served = majors.length > 0 ? `Queries for PostgreSQL ${majors.join(', ')} and newer. ` : ''
  const key = keyOf(probe).join(', ')
  const lines = [
    `## ${name}`,
    '',
    `${probe.summary} ${served}${rows(probe)}${key ? `, told apart by ${key}` : ''}.`,
    '',
    '| column | type | role |',
    '| --- | --- | --- |',
    ...columnsOf(probe).map(
      (column) => `| ${column.name} | ${column.type} | ${roleOf(probe, column)} |`,
    ),
  ]
  return lines.concat(renderMetrics(probe))
}

function rows({ maxRows }: Probe): string {
  return maxRows === 1 ? 'One row' : `At most ${maxRows} rows`
}

function roleOf(probe: Probe, { name, role }: { name: string; role: string }): string {
  const attribute = probe.labels[name]
  return attribute ? `label \`${attribute}\`` : role
}

function renderMetrics(probe: Probe): string[] {
  const metrics = Object.entries(probe.metrics)
  if (metrics.length === 0) return []
  const labels = Object.values(probe.labels)
  return [
    '',
    '| metric | in Prometheus | kind | unit | labels | what |',
    '| --- | --- | --- | --- | --- | --- |',
    ...metrics.map(([name, metric]) => {
      const fixed = Object.keys(Object.values(metric.columns)[0] ?? {})
      const all = [...labels, ...fixed].map(prometheusLabel).join(', ')
      const { kind, unit, description } = metric
      return `| \`${name}\` | \`${prometheusName(name, metric)}\` | ${kind} | \`${unit}\` | ${all} | ${description} |`
    }),
  ]
}

import { durationMs } from '@trunkline/probes'
import type { Rule } from '@trunkline/rules'
import type { AlertView, InstanceRow, RuleRuntimeView } from '../repository/index.ts'
import type { PrometheusAlert, PrometheusRule } from './schemas/prometheus.ts'

const severities = ['none', 'info', 'warning', 'critical'] as const
const never = '0001-01-01T00:00:00Z'

/** An open alert as Prometheus shows one. Its labels are what it is about: the rule's identity, not the whole row. */
export function prometheusAlert(row: AlertView, rule: Rule | undefined): PrometheusAlert {
  const identity = (rule?.identity ?? []).flatMap((column) => {
    const value = row.labels[column]
    return value === null || value === undefined ? [] : [[column, text(value)] as const]
  })
  return {
    labels: {
      ...Object.fromEntries(identity),
      alertname: row.rule,
      severity: severities[row.level] ?? 'none',
      ...(rule ? { code: rule.code, area: rule.area } : {}),
      ...(row.instance ? { instance: row.instance.name } : {}),
      ...(row.agent ? { agent: row.agent.name } : {}),
    },
    annotations: { summary: row.message, ...(rule ? { description: rule.whatToDo.trim() } : {}) },
    state: row.condition === 'pending' ? 'pending' : 'firing',
    activeAt: (row.raisedAt ?? row.pendingSince ?? row.changedAt).toISOString(),
    value: row.value === null ? 'NaN' : row.value.toExponential(),
  }
}

/** A rule with its open alerts. The query is the SQL it really is. */
export function prometheusRule(about: {
  name: string
  rule: Rule
  runtime: RuleRuntimeView | undefined
  alerts: readonly PrometheusAlert[]
}): PrometheusRule {
  const { name, rule, runtime, alerts } = about
  const waits = Object.values(rule.levels).map((level) => durationMs(level.for) / 1_000)
  const isFiring = alerts.some(({ state }) => state === 'firing')
  const error = runtime?.error
  return {
    name,
    query: rule.sql.trim(),
    duration: Math.min(...waits),
    labels: { code: rule.code, area: rule.area },
    annotations: { summary: rule.summary, description: rule.whatToDo.trim() },
    alerts: [...alerts],
    state: isFiring ? 'firing' : alerts.length > 0 ? 'pending' : 'inactive',
    health: error ? 'err' : runtime?.evaluatedAt ? 'ok' : 'unknown',
    ...(error ? { lastError: error } : {}),
    lastEvaluation: runtime?.evaluatedAt?.toISOString() ?? never,
    evaluationTime: (runtime?.durationMs ?? 0) / 1_000,
    type: 'alerting',
  }
}

/** The server itself as a target; what to scrape of it, a relabelling decides. */
export function scrapeTarget({ id, name, address, port, agent, host, database }: InstanceRow) {
  return {
    targets: [address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`],
    labels: {
      __meta_trunkline_instance: name,
      __meta_trunkline_instance_id: String(id),
      __meta_trunkline_agent: agent.name,
      __meta_trunkline_host: host.name,
      __meta_trunkline_database: database,
    },
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

import { rules, runbooks, type Rule } from '@trunkline/rules'
import type { AlertView } from '../repository/index.ts'
import type { Alert, AlertDetail } from './schemas/alert.ts'

const levelNames = ['none', 'info', 'warning', 'critical'] as const

/** What a rule of an alert is called when it is no longer in the catalogue. */
const unknownRule = {
  code: '?',
  area: 'availability',
  summary: '',
  whatToDo: '',
  runbooks: [],
} as const

type RuleText = Pick<Rule, 'code' | 'area' | 'summary' | 'whatToDo' | 'runbooks'>

/** The alert with what its rule says of it. */
export function alertView(row: AlertView): Alert {
  const { code, area } = ruleOf(row)
  return {
    ...row,
    code,
    area,
    levelName: levelNames[row.level] ?? 'none',
    raisedAt: iso(row.raisedAt),
    pendingSince: iso(row.pendingSince),
    resolvedAt: iso(row.resolvedAt),
    changedAt: row.changedAt.toISOString(),
    dataAt: iso(row.dataAt),
  }
}

/** What to do about the alert, with the runbooks that its row has every parameter for. */
export function adviceOf(row: AlertView): Pick<AlertDetail, 'summary' | 'whatToDo' | 'runbooks'> {
  const rule = ruleOf(row)
  const offered = rule.runbooks.flatMap(({ runbook, parameters }) => {
    const filled = Object.entries(parameters).map(([name, column]) => [name, row.labels[column]])
    if (!filled.every(([, value]) => typeof value === 'string' || typeof value === 'number'))
      return []
    const { summary, risk } = runbooks[runbook]
    const values = Object.fromEntries(filled) as Record<string, string | number> // checked above
    return [{ runbook, summary, risk, parameters: values }]
  })
  return { summary: rule.summary, whatToDo: rule.whatToDo.trim(), runbooks: offered }
}

function ruleOf(row: AlertView): RuleText {
  const known: Record<string, Rule> = rules
  return (Object.hasOwn(known, row.rule) ? known[row.rule] : undefined) ?? unknownRule
}

function iso(time: Date | null): string | null {
  return time?.toISOString() ?? null
}

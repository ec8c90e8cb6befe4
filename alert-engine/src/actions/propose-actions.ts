import { runbooks, type Rule } from '@trunkline/rules'

/** A runbook that may mend what a row shows, with its parameters filled in. */
export interface ProposedAction {
  runbook: string
  parameters: Record<string, string | number>
}

/**
 * The runbooks a rule names, each with its parameters from the row's columns. One whose column is null, or whose
 * condition is not true, does not fit this row: it is left out. Timestamps keep the fraction they came with.
 */
export function proposeActions(
  rule: Pick<Rule, 'runbooks'>,
  row: Readonly<Record<string, unknown>>,
): ProposedAction[] {
  return rule.runbooks.flatMap(({ runbook, parameters, when }) => {
    if (when !== undefined && row[when] !== true) return []
    const filled = Object.entries(runbooks[runbook].parameters).map(([name, { type }]) => {
      const column = parameters[name]
      return [name, column === undefined ? null : fitted(row[column], type)] as const
    })
    const given = filled.filter((pair): pair is [string, string | number] => pair[1] !== null)
    return given.length === filled.length
      ? [{ runbook, parameters: Object.fromEntries(given) }]
      : []
  })
}

function fitted(value: unknown, type: 'integer' | 'text' | 'timestamp'): string | number | null {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return value.toISOString()
  if (type === 'integer') {
    const whole = Number(value)
    return Number.isSafeInteger(whole) ? whole : null
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}

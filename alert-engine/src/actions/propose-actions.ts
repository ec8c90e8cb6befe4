import type { Rule } from '@trunkline/rules'

/** A runbook that may mend an alert, with its parameters filled in. */
export interface ProposedRunbook {
  runbook: string
  parameters: Record<string, string | number>
}

/**
 * The runbooks of a rule that fit this row: those whose parameters it all has. A rule says by a column that
 * is null that a runbook is not for this case.
 */
export function proposeActions(
  rule: Pick<Rule, 'runbooks'>,
  row: Readonly<Record<string, unknown>>,
): ProposedRunbook[] {
  return rule.runbooks.flatMap(({ runbook, parameters }) => {
    const filled = Object.entries(parameters).map(([name, column]) => [name, row[column]] as const)
    const given = filled.filter((pair): pair is [string, string | number] => isGiven(pair[1]))
    return given.length < filled.length ? [] : [{ runbook, parameters: Object.fromEntries(given) }]
  })
}

function isGiven(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

import type { Parameter } from '@trunkline/rules'
import type { ActionParameters } from '../repository/index.ts'
import { ProblemError } from './problem-error.ts'

const timestamp = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d(:?\d\d)?)$/

/** The parameters as the runbook wants them, in its order; all that is wrong with them in one problem. */
export function checkParameters(
  wanted: Record<string, Parameter>,
  given: ActionParameters,
): ActionParameters {
  const fields: { path: string; message: string }[] = []
  const refuse = (name: string, message: string) =>
    fields.push({ path: `parameters.${name}`, message })
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(wanted, name)) refuse(name, 'is not a parameter of this runbook')
  }
  const entries = Object.entries(wanted).map(([name, { type, description }]) => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined
    if (value === undefined) refuse(name, `is missing: ${description}`)
    else if (readValue(type, value) === undefined) refuse(name, `must be ${wording[type]}`)
    return [name, value === undefined ? '' : (readValue(type, value) ?? '')] as const
  })
  if (fields.length === 0) return Object.fromEntries(entries)
  const detail = fields.map(({ path, message }) => `${path} ${message}`).join('; ')
  throw new ProblemError({ status: 400, detail, more: { fields } })
}

const wording: Record<Parameter['type'], string> = {
  integer: 'a whole number',
  text: 'text of at most 1000 characters',
  timestamp: 'a time with its zone, as in 2026-11-20T12:00:00.123456Z',
}

function readValue(type: Parameter['type'], value: string | number): string | number | undefined {
  switch (type) {
    case 'integer': {
      const isNumber = typeof value === 'number' || /^-?\d{1,15}$/.test(value)
      return isNumber && Number.isSafeInteger(Number(value)) ? Number(value) : undefined
    }
    case 'text':
      return typeof value === 'string' && value.length <= 1_000 && !value.includes('\0')
        ? value
        : undefined
    case 'timestamp':
      // Kept as text: a Date would lose the microseconds that tell one session from the next.
      return typeof value === 'string' && timestamp.test(value) ? value : undefined
  }
}

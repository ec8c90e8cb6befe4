import { columnsOf, type Probe } from '@trunkline/probes'
import { ProblemError } from './problem-error.ts'

interface RangeQuery {
  from?: string | undefined
  to?: string | undefined
  step?: number | undefined
  columns?: string | undefined
}

/** The range and columns a chart asks for: by default the last hour of every number. */
export function readRange({ query, probe, now }: { query: RangeQuery; probe: Probe; now: Date }) {
  const to = query.to === undefined ? now : new Date(query.to)
  const from = query.from === undefined ? new Date(to.getTime() - 3_600_000) : new Date(query.from)
  if (from >= to) throw new ProblemError({ status: 400, detail: '`from` must be before `to`.' })
  if (query.step === 0)
    throw new ProblemError({ status: 400, detail: '`step` must be at least 1.' })
  const numbers = columnsOf(probe).filter(({ role }) => role === 'metric')
  const columns = query.columns?.split(',')
  const unknown = columns?.filter((name) => !numbers.some((column) => column.name === name)) ?? []
  if (unknown.length > 0) {
    const known = numbers.map(({ name }) => name).join(', ')
    const detail = `The probe has no number ${unknown.join(', ')}; it has ${known}.`
    throw new ProblemError({ status: 400, detail })
  }
  return {
    from,
    to,
    ...(query.step === undefined ? {} : { stepSeconds: query.step }),
    ...(columns === undefined ? {} : { columns }),
  }
}

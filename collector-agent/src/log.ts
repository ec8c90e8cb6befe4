export type Log = (event: string, fields?: Record<string, unknown>) => void

/** One JSON line per event on stdout: what happened by a fixed name, values as fields. */
export const log: Log = (event, fields = {}) => {
  const shown = Object.entries(fields).map(([name, value]) => [name, plain(value)])
  const line = { at: new Date().toISOString(), event, ...Object.fromEntries(shown) }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

function plain(value: unknown): unknown {
  return value instanceof Error ? messageOf(value) : value
}

/** What an error says, in one line. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = error.message || ('code' in error ? String(error.code) : error.name)
  const cause = error.cause === undefined ? '' : `: ${messageOf(error.cause)}`
  return `${own}${cause}`.replaceAll(/\s+/g, ' ').slice(0, 2_000)
}

export type Log = (event: string, fields?: Record<string, unknown>) => void

/** One JSON line an event. */
export function createLog(part: string, write: (line: string) => void): Log {
  return (event, fields = {}) => {
    const plain = Object.entries(fields).map(([key, value]) => [key, plainOf(value)])
    const line = { at: new Date().toISOString(), part, event, ...Object.fromEntries(plain) }
    write(`${JSON.stringify(line)}\n`)
  }
}

function plainOf(value: unknown): unknown {
  if (!(value instanceof Error)) return value
  const { message, stack, cause } = value
  return { message, stack, ...(cause === undefined ? {} : { cause: plainOf(cause) }) }
}

export type Log = (event: string, fields?: Record<string, unknown>) => void

/** One JSON line an event. */
export function createLog(write: (line: string) => void): Log {
  return (event, fields = {}) => {
    write(`${JSON.stringify({ at: new Date().toISOString(), part: 'engine', event, ...fields })}\n`)
  }
}

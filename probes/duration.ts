/** A length of time as people write it in a definition: `500ms`, `15s`, `5m`, `6h`, `30d`. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** The duration in milliseconds; throws on text that is not a `Duration`. */
export function durationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text)
  const [, amount, unit] = match ?? []
  if (amount === undefined || !isUnit(unit)) {
    throw new Error(`"${text}" is not a duration; write a number and ms, s, m, h or d, as in 15s`)
  }
  return Number(amount) * unitMs[unit]
}

function isUnit(text: string | undefined): text is keyof typeof unitMs {
  return text !== undefined && Object.hasOwn(unitMs, text)
}

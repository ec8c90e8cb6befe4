const units = [
  { name: 'd', seconds: 86_400 },
  { name: 'h', seconds: 3_600 },
  { name: 'min', seconds: 60 },
  { name: 's', seconds: 1 },
] as const

/** A length of time as a person says it, two units at most: `12 s`, `4 min 10 s`, `3 d 4 h`. */
export function sayDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–'
  if (seconds < 0) return `−${sayDuration(-seconds)}`
  if (seconds < 1) return sayFraction(seconds)
  const whole = Math.round(seconds)
  const at = units.findIndex((unit) => whole >= unit.seconds)
  const [large, small] = [units[at], units[at + 1]]
  if (!large || !small) return `${whole} s`
  const count = Math.floor(whole / large.seconds)
  const rest = Math.floor((whole - count * large.seconds) / small.seconds)
  // Beyond ten of the large unit the small one is noise.
  return rest === 0 || count >= 10
    ? `${count} ${large.name}`
    : `${count} ${large.name} ${rest} ${small.name}`
}

const written = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400 } as const

/** The same for one as rules and probes write it: `60s`, `10m`, `30d`. */
export function sayWritten(text: string): string {
  const [, count, unit] = /^([\d.]+)(ms|s|m|h|d)$/.exec(text) ?? []
  // The pattern knows the same units.
  return unit === undefined
    ? text
    : sayDuration(Number(count) * written[unit as keyof typeof written])
}

/** How long ago, for the age of data: whole seconds, never "−1 s" from a clock a moment behind. */
export function sayAge(seconds: number): string {
  return sayDuration(Math.max(0, Math.floor(seconds)))
}

function sayFraction(seconds: number): string {
  const ms = seconds * 1_000
  if (ms === 0) return '0 s'
  return ms < 1 ? `${Number(ms.toPrecision(2))} ms` : `${Math.round(ms)} ms`
}

/** `75` → `1m 15s`: the two largest units that matter. */
export function humaneSeconds(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return '–'
  if (seconds < 10) return `${String(Math.round(Math.max(0, seconds) * 10) / 10)}s`
  const units = [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ] as const
  const first = units.findIndex(([, size]) => seconds >= size)
  let rest = Math.round(seconds)
  const parts: string[] = []
  for (const [name, size] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push(`${String(count)}${name}`)
  }
  return parts.join(' ')
}

/** How long ago, for a time as the API writes it. */
export function ageOf(time: string | null, now: Date): string {
  if (time === null) return '–'
  return `${humaneSeconds((now.getTime() - Date.parse(time)) / 1_000)} ago`
}

export function humaneBytes(bytes: number | null): string {
  if (bytes === null) return '–'
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = bytes < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  return `${String(Number((bytes / 1_000 ** power).toPrecision(3)))} ${units[power] ?? ''}`
}

/** What a column's number is, so that people read it as they say it. */
const filters = {
  duration: (value: unknown) => durationText(Number(value)),
  bytes: (value: unknown) => bytesText(Number(value)),
  percent: (value: unknown) => `${trimmed(Number(value), 1)} %`,
  count: (value: unknown) => trimmed(Number(value), 0),
  time: (value: unknown) => timeText(String(value)),
} as const

type Filter = keyof typeof filters

const placeholder = /\{\{\s*([a-z_][a-z0-9_]*)\s*(?:\|\s*([a-z]+)\s*)?\}\}/g

/**
 * A rule's message for one row. What a database says in it (names, query text) is hostile: control and
 * direction characters become spaces and every value is cut, so that it stays one line of bounded length.
 */
export function renderMessage(template: string, row: Readonly<Record<string, unknown>>): string {
  const text = template.replace(placeholder, (_, column: string, filter?: string) => {
    const value = row[column]
    if (value === null || value === undefined) return ''
    if (filter !== undefined && isFilter(filter)) return filters[filter](value)
    return cleanText(typeof value === 'string' ? value : JSON.stringify(value), 200)
  })
  return cleanText(text, 500)
}

/** The columns a message names, and filters it asks for that do not exist. */
export function messageColumns(template: string): { columns: string[]; unknownFilters: string[] } {
  const found = [...template.matchAll(placeholder)]
  const names = found.map(([, , filter]) => filter).filter((name) => name !== undefined)
  return {
    columns: found.flatMap(([, column]) => (column === undefined ? [] : [column])),
    unknownFilters: names.filter((name) => !isFilter(name)),
  }
}

function isFilter(name: string): name is Filter {
  return Object.hasOwn(filters, name)
}

/** Control characters, line and paragraph separators, direction overrides and lone surrogates out; then cut. */
function cleanText(text: string, maxLength: number): string {
  const clean = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
  const letters = Array.from(clean)
  return letters.length <= maxLength ? clean : `${letters.slice(0, maxLength - 1).join('')}…`
}

const steps = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
] as const

function durationText(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'an unknown time'
  const whole = Math.round(seconds)
  if (Math.abs(whole) < 120) return `${Math.abs(seconds) < 10 ? trimmed(seconds, 1) : whole} s`
  const index = steps.findIndex(([size]) => whole >= size)
  const [size, name] = steps[index] ?? [60, 'min']
  const [smaller, smallerName] = steps[index + 1] ?? [1, 's']
  const rest = Math.floor((whole % size) / smaller)
  return rest === 0
    ? `${Math.floor(whole / size)} ${name}`
    : `${Math.floor(whole / size)} ${name} ${rest} ${smallerName}`
}

/** To the second, in UTC: a message is read in any zone. */
function timeText(text: string): string {
  const time = new Date(text)
  if (Number.isNaN(time.getTime())) return 'an unknown time'
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

function bytesText(bytes: number): string {
  if (!Number.isFinite(bytes)) return 'an unknown size'
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1)
  return `${trimmed(bytes / 1024 ** power, power === 0 ? 0 : 1)} ${units[power]}`
}

function trimmed(value: number, digits: number): string {
  return Number.isFinite(value) ? String(Number(value.toFixed(digits))) : 'unknown'
}

import { sayDuration } from './duration.ts'

const binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const
const decimal = ['', 'k', 'M', 'G', 'T'] as const

/** A number with its UCUM unit, short enough for a cell: `1.5 GiB`, `91.2 %`, `3 sessions`, `12.4/s`. */
export function sayQuantity(value: number | null | undefined, unit = ''): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  if (unit.endsWith('/s') && unit !== '/s') return `${sayQuantity(value, unit.slice(0, -2))}/s`
  if (unit === 's') return sayDuration(value)
  if (unit === 'By') return scaled(value, 1_024, binary)
  if (unit === '%') return `${short(value)} %`
  if (unit === '1') return `${short(value * 100)} %`
  return `${scaled(value, 1_000, decimal)}${thing(unit, value)}`.trim()
}

/** `{session}` after 1 is "session", after 2 "sessions"; a unit in no braces is written as it is. */
function thing(unit: string, value: number): string {
  const name = /^\{(.+)\}$/.exec(unit)?.[1]
  if (name === undefined) return unit && unit !== '/s' ? ` ${unit}` : unit
  return ` ${value === 1 || name.endsWith('s') ? name : `${name}s`}`
}

function scaled(value: number, step: number, names: readonly string[]): string {
  let [size, at] = [value, 0]
  while (Math.abs(size) >= step && at < names.length - 1) {
    size /= step
    at += 1
  }
  const name = names[at] ?? ''
  return name === '' ? short(size) : `${short(size)} ${name}`
}

/** Three significant digits, and no digit of a whole number lost. */
function short(value: number): string {
  const size = Math.abs(value)
  if (size >= 100 || Number.isInteger(value)) return String(Math.round(value))
  return String(Number(value.toPrecision(3)))
}

import { renderMessage } from '@trunkline/rules'

/** A number with its unit, as people say it: `75 s`, `1.5 GiB`, `91.2 %`, `6 sessions`; null when there is none to show. */
export function valueText(value: number | null, unit: string): string | null {
  if (value === null || unit === '') return null
  if (!Number.isFinite(value)) return 'unknown'
  if (unit === 's') return renderMessage('{{ value | duration }}', { value })
  if (unit === 'By') return renderMessage('{{ value | bytes }}', { value })
  if (unit === '%') return renderMessage('{{ value | percent }}', { value })
  const number = String(Number(value.toFixed(2)))
  const thing = /^\{(.+)\}$/.exec(unit)?.[1]
  if (thing === undefined) return unit === '1' ? number : `${number} ${unit}`
  return `${number} ${value === 1 || thing.endsWith('s') ? thing : `${thing}s`}`
}

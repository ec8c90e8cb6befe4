import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8')
const colours = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[\da-f]{6}), (#[\da-f]{6})\)/g)].map(
    ([, name = '', light = '', dark = '']) => [name, { light, dark }],
  ),
)

/** Text (WCAG 2.2, 1.4.3): at least 4.5 : 1. */
const text: [string, string][] = [
  ...['page', 'surface', 'raised'].flatMap((ground) =>
    ['text', 'text-dim', 'accent'].map((name): [string, string] => [name, ground]),
  ),
  ...['critical', 'warning', 'info', 'ok'].map((name): [string, string] => [name, 'surface']),
  ['on-accent', 'accent'],
  ['on-critical', 'critical-fill'],
  ['on-warning', 'warning-fill'],
  ['on-info', 'info-fill'],
  ['stale', 'stale-fill'],
]
/** Lines of charts, borders of controls, focus rings (1.4.11): at least 3 : 1. */
const graphics: [string, string][] = [
  ...Array.from({ length: 8 }, (_, index): [string, string] => [`series-${index + 1}`, 'surface']),
  ['line-strong', 'surface'],
  ['line-strong', 'page'],
  ['focus', 'surface'],
  ['focus', 'page'],
  ['stale', 'hatch'],
]

describe.for(['light', 'dark'] as const)('in the %s theme', (theme) => {
  test.for(text)('%s can be read on %s', ([name, ground]) => {
    expect(contrast(colour(name, theme), colour(ground, theme))).toBeGreaterThanOrEqual(4.5)
  })
  test.for(graphics)('%s can be seen on %s', ([name, ground]) => {
    expect(contrast(colour(name, theme), colour(ground, theme))).toBeGreaterThanOrEqual(3)
  })
})

function colour(name: string, theme: 'light' | 'dark'): string {
  const found = colours.get(name)
  if (!found) throw new Error(`tokens.css has no --${name}`)
  return found[theme]
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

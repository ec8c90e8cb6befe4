import type { JSX } from 'solid-js'
import { chooseTheme, theme, themes } from '../theme.ts'

const symbols = { system: '◐', light: '☀', dark: '☾' } as const

/** System, light, dark, and round again. */
export function ThemeButton(): JSX.Element {
  const next = () => themes[(themes.indexOf(theme()) + 1) % themes.length] ?? 'system'
  return (
    <button
      class="quiet"
      aria-label={`Colours: ${theme()}. Change to ${next()}.`}
      title={`Colours: ${theme()}`}
      onClick={() => chooseTheme(next())}
    >
      <span aria-hidden="true">{symbols[theme()]}</span>
    </button>
  )
}

import { createSignal } from 'solid-js'
import { readStored, writeStored } from './stored.ts'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const [chosen, setChosen] = createSignal<Theme>(
  themes.find((theme) => theme === readStored('theme')) ?? 'system',
)
const [drawn, setDrawn] = createSignal(0)

export const theme = chosen

/** Changes whenever colours do, by choice or by the system: what is drawn on a canvas must be drawn again. */
export const paint = drawn

export function startTheme(): () => void {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const redraw = () => setDrawn((count) => count + 1)
  dark.addEventListener('change', redraw)
  applyTheme(theme())
  return () => dark.removeEventListener('change', redraw)
}

export function chooseTheme(next: Theme) {
  setChosen(next)
  writeStored('theme', next)
  applyTheme(next)
}

function applyTheme(next: Theme) {
  if (next === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = next
  setDrawn((count) => count + 1)
}

import { createSignal, onCleanup, onMount } from 'solid-js'
import { readStored, writeStored } from './stored.ts'

const [on, setOn] = createSignal(readStored('keys') !== 'off')

/** Single-key shortcuts can be turned off (WCAG 2.1.4): speech input types letters. */
export const keysOn = on

export function setKeys(enabled: boolean) {
  setOn(enabled)
  writeStored('keys', enabled ? 'on' : 'off')
}

/** Handlers by key (`a`, `?`) or by two keys one after the other (`g o`), while the calling component is there. */
export function createKeys(handlers: Record<string, (event: KeyboardEvent) => void>) {
  let first = ''
  const press = (event: KeyboardEvent) => {
    if (!isShortcut(event)) return
    const handler = handlers[`${first} ${event.key}`] ?? handlers[event.key]
    first = Object.keys(handlers).some((keys) => keys.startsWith(`${event.key} `)) ? event.key : ''
    if (!handler) return
    event.preventDefault()
    handler(event)
  }
  onMount(() => document.addEventListener('keydown', press))
  onCleanup(() => document.removeEventListener('keydown', press))
}

function isShortcut(event: KeyboardEvent): boolean {
  if (!on() || event.defaultPrevented || event.isComposing) return false
  if (event.ctrlKey || event.altKey || event.metaKey) return false
  const target = event.target
  if (!(target instanceof HTMLElement)) return true
  return (
    !target.isContentEditable &&
    !target.closest('input, textarea, select, [role=dialog], [role=alertdialog]')
  )
}

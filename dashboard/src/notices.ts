import { createSignal } from 'solid-js'

const [current, setCurrent] = createSignal('')
let timer: ReturnType<typeof setTimeout> | undefined

/** The newest short message about something the person just did; screen readers say it. */
export const notice = current

export function notify(text: string) {
  setCurrent(text)
  clearTimeout(timer)
  timer = setTimeout(() => setCurrent(''), 8_000)
}

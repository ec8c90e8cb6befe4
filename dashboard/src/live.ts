import { createSignal, onCleanup } from 'solid-js'
import { onAnswer } from './api.ts'

/** `live`: events come. `polling`: they do not, but the server answers. `lost`: it does not. */
export type Link = 'connecting' | 'live' | 'polling' | 'lost'

export type LiveEvent =
  | { kind: 'alert'; id: string }
  | { kind: 'action'; id: string }
  | { kind: 'sample'; probe?: string; instanceId?: number }
  /** Events were missed: everything may have changed. */
  | { kind: 'resync' }

const kinds = ['alert', 'action', 'sample', 'resync'] as const
/** The server sends a heartbeat every 10 s. */
const silentMs = 25_000
const [current, setCurrent] = createSignal<Link>('connecting')
const [answered, setAnswered] = createSignal<number>()
const listeners = new Set<(event: LiveEvent) => void>()

export const link = current
/** When the server last answered anything, on the browser's clock. */
export const answeredAt = answered

export function onLiveEvent(listener: (event: LiveEvent) => void) {
  listeners.add(listener)
  onCleanup(() => listeners.delete(listener))
}

/** Listens to the server's events until cleaned up; reconnects by itself, also when the line has gone silent. */
export function startLive() {
  let heardAt = 0
  let source = open()
  function open() {
    heardAt = Date.now()
    return listen({
      heard: () => {
        heardAt = Date.now()
        setCurrent('live')
      },
      event: (event) => listeners.forEach((listener) => listener(event)),
      failed: () => current() === 'live' && setCurrent('polling'),
    })
  }
  const watchdog = setInterval(() => {
    if (Date.now() - heardAt < silentMs && source.readyState !== EventSource.CLOSED) return
    source.close()
    if (current() !== 'lost') setCurrent('polling')
    source = open()
  }, 5_000)
  const forget = onAnswer(({ at, status }) => {
    const isAnswer = status > 0 && status < 500
    if (isAnswer) setAnswered(at)
    if (!isAnswer) setCurrent('lost')
    else if (current() === 'lost' || current() === 'connecting') setCurrent('polling')
  })
  onCleanup(() => {
    source.close()
    clearInterval(watchdog)
    forget()
    setCurrent('connecting')
  })
}

interface Ears {
  heard: () => void
  event: (event: LiveEvent) => void
  failed: () => void
}

function listen(ears: Ears): EventSource {
  const source = new EventSource('/api/v1/events')
  source.addEventListener('open', ears.heard)
  source.addEventListener('heartbeat', ears.heard)
  source.addEventListener('error', ears.failed)
  for (const kind of kinds) {
    source.addEventListener(kind, (message: MessageEvent<string>) => {
      ears.heard()
      const event = readEvent(kind, message.data)
      if (event) ears.event(event)
    })
  }
  return source
}

/** An event as the server sent it; one that cannot be read is treated as "something changed". */
function readEvent(kind: LiveEvent['kind'], data: string): LiveEvent {
  try {
    const fields: unknown = JSON.parse(data)
    if (typeof fields === 'object' && fields !== null) return { ...fields, kind } as LiveEvent
  } catch {
    // Falls through.
  }
  return { kind: 'resync' }
}

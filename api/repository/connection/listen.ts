import type { Slot } from './slot.ts'

type OnNotify = (channel: string, payload: string) => void
type Hear = (payload: string) => void

interface ListenerOptions {
  create: (onNotify: OnNotify) => Slot
  deadlineMs: number
  /** A dead connection is found by asking, since silence is what it looks like. */
  pingMs?: number
}

interface Ear {
  hear: Hear
  onListen: (() => void) | undefined
}

/**
 * LISTEN that survives: a lost or half-open connection is found by a ping and replaced. Notifications meanwhile are
 * lost, so `onListen` is called each time it listens anew, and who listens also polls.
 * `listen` resolves after its first try, whether the server was there or not.
 */
export function createListener({ create, deadlineMs, pingMs = 10_000 }: ListenerOptions) {
  const ears = new Map<string, Set<Ear>>()
  const stop = new AbortController()
  const answerMs = Math.min(deadlineMs, 5_000)
  let slot: Slot | undefined
  let running: Promise<void> | undefined
  const tried = Promise.withResolvers<void>()
  const notify: OnNotify = (channel, payload) => {
    for (const ear of ears.get(channel) ?? []) ear.hear(payload)
  }
  const connectOnce = async (): Promise<void> => {
    slot = create(notify)
    for (const channel of ears.keys()) await slot.ask(listenTo(channel), answerMs)
    for (const set of ears.values()) for (const ear of set) ear.onListen?.()
    tried.resolve()
    while (!stop.signal.aborted) {
      await pause(pingMs, AbortSignal.any([stop.signal, slot.lost]))
      await slot.ask('select 1', answerMs)
    }
  }
  const tryOnce = async (): Promise<void> => {
    await connectOnce().catch((error: Error) => slot?.destroy(error))
    tried.resolve()
  }
  const listen = async (channel: string, hear: Hear, onListen?: () => void) => {
    const ear: Ear = { hear, onListen }
    const set = ears.get(channel) ?? new Set()
    ears.set(channel, set.add(ear))
    if (running === undefined) {
      running = keepTrying(tryOnce, stop.signal)
      await tried.promise
    } else if (slot && set.size === 1) {
      await slot.ask(listenTo(channel), answerMs).then(onListen, () => undefined)
    }
    return { unlisten: async () => void set.delete(ear) }
  }
  const close = async (): Promise<void> => {
    stop.abort()
    await slot?.close()
    await running
  }
  return { listen, close }
}

async function keepTrying(attempt: () => Promise<void>, stop: AbortSignal): Promise<void> {
  for (let tries = 0; !stop.aborted; tries += 1) {
    const startedAt = performance.now()
    await attempt()
    if (performance.now() - startedAt > 10_000) tries = 0
    await pause(Math.min(100 * 2 ** tries, 5_000) * (0.75 + Math.random() / 2), stop)
  }
}

const listenTo = (channel: string): string => `listen "${channel.replaceAll('"', '""')}"`

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}

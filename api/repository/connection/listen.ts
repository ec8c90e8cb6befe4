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
  let slot: Slot | undefined
  let running: Promise<void> | undefined
  const tried = Promise.withResolvers<void>()
  const notify: OnNotify = (channel, payload) => {
    for (const ear of ears.get(channel) ?? []) ear.hear(payload)
  }
  const ask = async (on: Slot, text: string): Promise<void> => {
    const query = on.query(text)
    void on.run(query, Math.min(deadlineMs, 5_000))
    await query
  }
  const connectOnce = async (): Promise<void> => {
    slot = create(notify)
    for (const channel of ears.keys()) await ask(slot, listenTo(channel))
    for (const set of ears.values()) for (const ear of set) ear.onListen?.()
    tried.resolve()
    while (!stop.signal.aborted) {
      await pause(pingMs, AbortSignal.any([stop.signal, slot.lost]))
      await ask(slot, 'select 1')
    }
  }
  const keepConnected = async (): Promise<void> => {
    for (let tries = 0; !stop.signal.aborted; tries += 1) {
      const startedAt = performance.now()
      await connectOnce().catch((error: Error) => slot?.destroy(error))
      tried.resolve()
      if (performance.now() - startedAt > 10_000) tries = 0
      await pause(Math.min(100 * 2 ** tries, 5_000) * (0.75 + Math.random() / 2), stop.signal)
    }
  }

  const listen = async (channel: string, hear: Hear, onListen?: () => void) => {
    const ear: Ear = { hear, onListen }
    const set = ears.get(channel) ?? new Set()
    ears.set(channel, set.add(ear))
    if (running === undefined) {
      running = keepConnected()
      await tried.promise
    } else if (slot && set.size === 1) {
      await ask(slot, listenTo(channel)).then(onListen, () => undefined)
    }
    return { unlisten: async () => void set.delete(ear) }
  }
  return {
    listen,
    close: async () => {
      stop.abort()
      await slot?.close()
      await running
    },
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

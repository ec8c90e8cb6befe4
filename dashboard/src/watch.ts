import { type Accessor, batch, createEffect, createSignal, on, onCleanup } from 'solid-js'
import { createStore, reconcile } from 'solid-js/store'
import { type Problem, ProblemError, problemOf } from './api.ts'
import { exactNow, now } from './clock.ts'
import { link, type LiveEvent, onLiveEvent } from './live.ts'
import { createPollLoop } from './poll-loop.ts'

export interface Watch<T> {
  /** The newest answer; stays while a later one fails, so look at `isOld` too. */
  data: Accessor<T | undefined>
  /** Why the last request failed; nothing when it did not. */
  problem: Accessor<Problem | undefined>
  /** What is shown was read longer ago than three polls: it may no longer be so. */
  isOld: Accessor<boolean>
  readAt: Accessor<number | undefined>
  refresh: () => void
}

interface Options<S, T> {
  source: Accessor<S>
  read(source: S, signal: AbortSignal): Promise<T>
  /** Events that make it worth reading again at once. */
  wants?: (event: LiveEvent, source: S) => boolean
  /** How often to read while events come; without events, at least every 5 s. 0: only on events and changes. */
  everyMs?: number
  /** Replace the value as a whole: cheaper for long arrays of numbers. */
  whole?: boolean
}

/**
 * Something of the server's, kept up to date: by events, by polling, and when what is asked for changes. Unlike a
 * bare resource it keeps what it had when a request fails, and knows how old that is.
 */
export function createWatch<S, T extends object>(options: Options<S, T>): Watch<T> {
  const held = options.whole ? holdWhole<T>() : holdByKey<T>()
  const [problem, setProblem] = createSignal<Problem>()
  const [readAt, setReadAt] = createSignal<number>()
  const everyMs = options.everyMs ?? 10_000
  const loop = createPollLoop({
    read: async (signal) => {
      const value = await options.read(options.source(), signal)
      if (signal.aborted) return
      batch(() => {
        held.set(value)
        setReadAt(exactNow())
        setProblem(undefined)
      })
    },
    failed: (error) => setProblem(problemOf(error)),
    retryAfterMs: (error) => (error instanceof ProblemError ? error.retryAfterMs : 0),
    waitMs: () =>
      everyMs === 0 ? Infinity : link() === 'live' ? everyMs : Math.min(everyMs, 5_000),
  })
  createEffect(on(options.source, () => loop.restart()))
  onLiveEvent((event) => {
    if (event.kind === 'resync' || options.wants?.(event, options.source())) loop.soon()
  })
  onCleanup(loop.end)
  const isOld = () => {
    const read = readAt()
    return read !== undefined && everyMs > 0 && now() - read > 3 * everyMs + 2_000
  }
  return { data: held.get, problem, isOld, readAt, refresh: loop.restart }
}

function holdWhole<T>() {
  const [get, set] = createSignal<T>()
  return { get, set: (value: T) => void set(() => value) }
}

/** Rows with an `id` keep their identity from one answer to the next, so that only changed cells are drawn again. */
function holdByKey<T extends object>() {
  const [store, setStore] = createStore<{ value?: T }>({})
  return {
    get: () => store.value,
    set: (value: T) => setStore('value', reconcile(value as never, { key: 'id', merge: false })),
  }
}

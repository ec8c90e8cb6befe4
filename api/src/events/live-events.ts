import type { Sql } from '../../repository/index.ts'

export interface LiveEvent {
  event: 'alert' | 'action' | 'sample' | 'resync'
  data: Record<string, unknown>
}

export interface Subscription {
  /** The next event; `undefined` when there was none for so long, or the subscription is closed. */
  next(waitMs: number): Promise<LiveEvent | undefined>
  isClosed(): boolean
  close(): void
}

export interface LiveEvents {
  /** `undefined` when too many listen already. */
  subscribe(): Subscription | undefined
  count(): number
  close(): Promise<void>
}

const mostSubscribers = 500
const mostQueued = 200

/**
 * What changes, told to those who watch. Only hints: nobody may rely on having heard all. Who falls behind is told
 * to read everything again (`resync`), and so is everybody after the repository was away.
 */
export async function createLiveEvents({
  sql,
  sampleEveryMs = 1_000,
}: {
  sql: Sql
  sampleEveryMs?: number
}): Promise<LiveEvents> {
  const subscribers = new Set<ReturnType<typeof createSubscription>>()
  const tell = (event: LiveEvent) => {
    for (const subscriber of subscribers) subscriber.push(event)
  }
  const samples = createCoalescer(tell, sampleEveryMs)
  const resync = () => tell({ event: 'resync', data: {} })
  const listening = await Promise.all([
    sql.listen('alerts', (id) => tell({ event: 'alert', data: { id } }), resync),
    sql.listen('actions', (id) => tell({ event: 'action', data: { id } })),
    sql.listen('samples', samples.add),
  ])
  return {
    subscribe: () => {
      if (subscribers.size >= mostSubscribers) return undefined
      const subscription = createSubscription(() => subscribers.delete(subscription))
      subscribers.add(subscription)
      return subscription
    },
    count: () => subscribers.size,
    close: async () => {
      for (const subscriber of subscribers) subscriber.close()
      samples.close()
      await Promise.all(listening.map((one) => one.unlisten()))
    },
  }
}

function createSubscription(onClose: () => void): Subscription & { push(event: LiveEvent): void } {
  const queue: LiveEvent[] = []
  let wake: (() => void) | undefined
  let isClosed = false
  return {
    push: (event) => {
      if (queue.length >= mostQueued) queue.splice(0, queue.length, { event: 'resync', data: {} })
      else queue.push(event)
      wake?.()
    },
    next: async (waitMs) => {
      if (queue.length === 0 && !isClosed) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, waitMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
        wake = undefined
      }
      return queue.shift()
    },
    isClosed: () => isClosed,
    close: () => {
      isClosed = true
      onClose()
      wake?.()
    },
  }
}

/** Samples come many a second; each probe of each instance is told once each `everyMs`, and a flood as one. */
function createCoalescer(tell: (event: LiveEvent) => void, everyMs: number) {
  const seen = new Map<string, Record<string, unknown>>()
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    timer = undefined
    const all = seen.size > mostQueued / 2 ? [{}] : [...seen.values()]
    seen.clear()
    for (const data of all) tell({ event: 'sample', data })
  }
  return {
    add: (payload: string) => {
      seen.set(payload, parsePayload(payload))
      timer ??= setTimeout(flush, everyMs)
    },
    close: () => clearTimeout(timer),
  }
}

function parsePayload(payload: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(payload)
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {}
  } catch {
    return {}
  }
}

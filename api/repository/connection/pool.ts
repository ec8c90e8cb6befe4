import type { Slot } from './slot.ts'
import { RepositoryUnavailable } from './unavailable.ts'

export interface Pool {
  /** A connection of one's own; rejects when none is free within `waitMs`. */
  acquire(waitMs: number): Promise<Slot>
  release(slot: Slot): void
  close(): Promise<void>
}

interface Waiter {
  take: (slot: Slot) => void
  refuse: (error: Error) => void
}

const maxWaiting = 10_000

/** At most `max` connections, made when wanted, handed out in order of asking; the lost ones are replaced. */
export function createPool({ create, max }: { create: () => Slot; max: number }): Pool {
  const idle: Slot[] = []
  const all = new Set<Slot>()
  const waiting = new Set<Waiter>()
  let closed = false

  const takeIdle = (): Slot | undefined => {
    for (let slot = idle.pop(); slot; slot = idle.pop()) {
      if (!slot.isLost()) return slot
      all.delete(slot)
    }
    if (all.size >= max) return undefined
    const slot = create()
    all.add(slot)
    return slot
  }
  const serve = (): void => {
    for (const waiter of waiting) {
      const slot = takeIdle()
      if (slot === undefined) return
      waiting.delete(waiter)
      waiter.take(slot)
    }
  }
  return {
    acquire: async (waitMs) => {
      if (closed) throw new RepositoryUnavailable('the connection to the repository was ended')
      const slot = waiting.size === 0 ? takeIdle() : undefined
      return slot ?? wait(waiting, waitMs)
    },
    release: (slot) => {
      if (slot.isLost() || closed) all.delete(slot)
      else idle.push(slot)
      if (closed) void slot.close()
      serve()
    },
    close: async () => {
      closed = true
      for (const { refuse } of waiting)
        refuse(new RepositoryUnavailable('the repository is being closed'))
      await Promise.all([...all].map((slot) => slot.close()))
    },
  }
}

function wait(waiting: Set<Waiter>, waitMs: number): Promise<Slot> {
  if (waiting.size >= maxWaiting) {
    throw new RepositoryUnavailable(`${maxWaiting} queries are waiting for the repository already`)
  }
  return new Promise((resolve, reject) => {
    const refuse = (error: Error): void => {
      waiting.delete(waiter)
      clearTimeout(timer)
      reject(error)
    }
    const waiter: Waiter = {
      take: (slot) => {
        clearTimeout(timer)
        resolve(slot)
      },
      refuse,
    }
    const timer = setTimeout(
      () =>
        refuse(
          new RepositoryUnavailable(`no connection to the repository was free within ${waitMs} ms`),
        ),
      waitMs,
    )
    waiting.add(waiter)
  })
}

/** Takes what is there and works on it, a bounded number at a time. */
export interface Pump {
  /** Look now: something may be there. Returns at once. */
  wake: () => void
  /** Takes nothing more and resolves when what is being worked on has ended. */
  stop: () => Promise<void>
}

/**
 * Each worker takes one piece at a time. One `take` runs at a time; nothing is taken without a free worker. A wake while
 * `take` runs makes it look once more. `take` and `work` must not throw.
 */
export function createPump<Worker, Piece>(given: {
  workers: readonly Worker[]
  take: () => Promise<Piece | undefined>
  work: (worker: Worker, piece: Piece) => Promise<void>
}): Pump {
  const free = [...given.workers]
  const busy = new Set<Promise<void>>()
  let isTaking = false
  let isWoken = false
  let isStopped = false

  async function takeAll(): Promise<void> {
    while (isWoken && !isStopped && free.length > 0) {
      isWoken = false
      const piece = await given.take()
      if (piece === undefined) continue
      isWoken = true
      const worker = free.pop()
      // Only this loop takes workers, and one was free.
      if (worker !== undefined) start(worker, piece)
    }
  }

  function start(worker: Worker, piece: Piece): void {
    const ended = given.work(worker, piece).finally(() => {
      busy.delete(ended)
      free.push(worker)
      wake()
    })
    busy.add(ended)
  }

  function wake(): void {
    isWoken = true
    if (isTaking || isStopped) return
    isTaking = true
    void takeAll().finally(() => {
      isTaking = false
      if (isWoken && free.length > 0) wake()
    })
  }

  async function stop(): Promise<void> {
    isStopped = true
    await Promise.all(busy)
  }

  return { wake, stop }
}

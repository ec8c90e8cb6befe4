interface Task {
  read: (signal: AbortSignal) => Promise<void>
  failed: (error: unknown) => void
  /** From one answer to the next request; Infinity: only when asked. */
  waitMs: () => number
  /** What a failed answer asked for. */
  retryAfterMs: (error: unknown) => number
}

export interface PollLoop {
  /** Reads at once, giving up a request that is under way: what is asked for has changed. */
  restart: () => void
  /** Reads soon: something may have changed. Many of these make one request a second. */
  soon: () => void
  /** For good. */
  end: () => void
}

const longestWaitMs = 15_000

/** Reads again and again, one request at a time; after a failure it waits longer each time. */
export function createPollLoop(task: Task, shortestGapMs = 1_000): PollLoop {
  let abort = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let [startedAt, failures] = [0, 0]
  let [isBusy, isAsked, isEnded] = [false, false, false]
  const schedule = (ms: number) => {
    clearTimeout(timer)
    if (!isEnded && ms < Infinity) timer = setTimeout(() => void run(), ms)
  }
  async function run() {
    const mine = abort
    ;[isBusy, isAsked, startedAt] = [true, false, Date.now()]
    const error = await task.read(mine.signal).then(
      () => undefined,
      (thrown: unknown) => thrown ?? new Error('nothing was thrown'),
    )
    if (mine.signal.aborted) return
    isBusy = false
    failures = error === undefined ? 0 : failures + 1
    if (error !== undefined) task.failed(error)
    const retryMs = failures === 0 ? 0 : waitAfter(failures, task.retryAfterMs(error))
    schedule(retryMs > 0 ? retryMs : isAsked ? shortestGapMs : task.waitMs())
  }
  const restart = () => {
    if (isEnded) return
    abort.abort()
    clearTimeout(timer)
    abort = new AbortController()
    failures = 0
    void run()
  }
  const soon = () => {
    isAsked = true
    if (!isBusy) schedule(Math.max(shortestGapMs / 10, startedAt + shortestGapMs - Date.now()))
  }
  const end = () => {
    isEnded = true
    abort.abort()
    clearTimeout(timer)
  }
  return { restart, soon, end }
}

/** Doubling from 2 s, at least what was asked for, with a jitter so that many pages do not come back at once. */
export function waitAfter(failures: number, askedMs: number, random = Math.random()): number {
  const wait = Math.max(askedMs, 1_000 * 2 ** Math.min(failures, 4))
  return Math.min(longestWaitMs, wait) * (0.8 + random * 0.4)
}

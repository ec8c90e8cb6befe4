import { setTimeout as sleep } from 'node:timers/promises'

export interface LivenessOptions {
  url: string
  everyMs?: number
  deadlineMs?: number
  /** Misses in a row that make it hung. Together with the times above some 40 s: a stall under load is no hang. */
  misses?: number
  onHung: () => void
  signal: AbortSignal
}

/**
 * Asks a process again and again whether it is alive. One that runs and no longer answers is worse than one that has
 * ended: nobody would start it again. After `onHung` it begins anew.
 */
export async function watchLiveness(options: LivenessOptions): Promise<void> {
  const { url, everyMs = 5_000, deadlineMs = 5_000, misses = 4, onHung, signal } = options
  let missed = 0
  while (!signal.aborted) {
    await sleep(everyMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    const answered = await answers(url, AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]))
    missed = answered ? 0 : missed + 1
    if (missed < misses) continue
    missed = 0
    onHung()
  }
}

/** Any answer is a sign of life; whether all is well is another question. */
async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(url, { signal })
    await response.body?.cancel()
    return true
  } catch {
    return false
  }
}

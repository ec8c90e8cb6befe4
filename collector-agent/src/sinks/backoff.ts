import { setTimeout as sleep } from 'node:timers/promises'

export interface Backoff {
  /** Waits before the next try: longer each time, never the same for two agents, and as long as the other side asks. */
  wait(askedMs?: number): Promise<void>
  reset(): void
}

const firstMs = 250
const longestMs = 10_000
const longestAskedMs = 5 * 60_000

export function createBackoff(signal: AbortSignal): Backoff {
  let tries = 0
  return {
    async wait(askedMs = 0) {
      const ms = Math.max(delayMs(tries, Math.random()), Math.min(askedMs, longestAskedMs))
      tries += 1
      await sleep(ms, undefined, { signal }).catch(() => undefined)
    },
    reset() {
      tries = 0
    },
  }
}

/** Between half and all of a delay that doubles up to ten seconds. `random` is from 0 up to 1. */
export function delayMs(tries: number, random: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(tries, 16)) * (0.5 + random / 2)
}

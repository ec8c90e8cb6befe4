import { setTimeout as sleep } from 'node:timers/promises'

/** Asks until `ask` gives something, and throws `failure` (a sentence) when it has not within `timeoutMs`. */
export async function waitFor<T>(options: {
  ask: () => Promise<T | undefined>
  timeoutMs: number
  everyMs?: number
  signal?: AbortSignal
  failure: (lastError: string) => string
}): Promise<T> {
  const deadline = performance.now() + options.timeoutMs
  let last = ''
  for (;;) {
    options.signal?.throwIfAborted()
    try {
      const found = await options.ask()
      if (found !== undefined) return found
    } catch (error) {
      last = error instanceof Error ? error.message : String(error)
    }
    if (performance.now() >= deadline) throw new Error(options.failure(last))
    await sleep(options.everyMs ?? 200, undefined, options.signal ? { signal: options.signal } : {})
  }
}

/** Waits until a `GET` of this URL answers 200. */
export async function waitForUrl(
  url: string,
  options: { what: string; timeoutMs: number; signal: AbortSignal },
): Promise<void> {
  await waitFor({
    ask: async () => {
      const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
      if (response.ok) return true
      throw new Error(
        `it answers ${String(response.status)}: ${(await response.text()).slice(0, 500)}`,
      )
    },
    timeoutMs: options.timeoutMs,
    signal: options.signal,
    failure: (last) =>
      `${options.what} was not ready within ${String(options.timeoutMs / 1_000)} s: ${last}`,
  })
}

import type { SendContext } from './send-context.ts'

/** Longer than a claim's lease there is nothing left to settle. */
const patienceMs = 55_000

/**
 * Writes down how sending ended as soon as the repository is there: the message is out, and forgetting that would send
 * it twice. Throws when that took too long.
 */
export async function untilWritten(
  { sleep }: Pick<SendContext, 'sleep'>,
  write: () => Promise<void>,
): Promise<void> {
  const until = performance.now() + patienceMs
  for (;;) {
    try {
      return await write()
    } catch (error) {
      if (performance.now() > until) throw error
      await sleep(500)
    }
  }
}

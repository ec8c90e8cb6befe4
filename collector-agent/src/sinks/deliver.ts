import type { Backoff } from './backoff.ts'

/** How a sink answered to some items. */
export type Answer =
  | { kind: 'taken' }
  /** Not now; the same items again later. */
  | { kind: 'retry'; reason: string; afterMs?: number | undefined }
  /** At least one item is bad: never all of them again in one request. */
  | { kind: 'poison'; reason: string }

export interface Delivery<T> {
  send: (items: readonly T[]) => Promise<Answer>
  /** One item that the sink will never take. */
  quarantine: (item: T, reason: string) => Promise<void>
  onRetry: (reason: string) => void
  backoff: Backoff
  signal: AbortSignal
}

/**
 * Brings items to a sink, in order. What is refused is halved until the bad item stands alone, so that one
 * bad item costs only itself. Returns when all are taken or quarantined, or when the signal is aborted.
 */
export async function deliver<T>(items: readonly T[], delivery: Delivery<T>): Promise<void> {
  const [first] = items
  if (first === undefined || delivery.signal.aborted) return
  const answer = await sendUntilAnswered(items, delivery)
  if (answer.kind !== 'poison') return
  if (items.length === 1) return delivery.quarantine(first, answer.reason)
  const middle = Math.ceil(items.length / 2)
  await deliver(items.slice(0, middle), delivery)
  await deliver(items.slice(middle), delivery)
}

async function sendUntilAnswered<T>(
  items: readonly T[],
  { send, onRetry, backoff, signal }: Delivery<T>,
): Promise<Answer> {
  for (;;) {
    const answer = await send(items)
    if (answer.kind !== 'retry' || signal.aborted) {
      if (answer.kind === 'taken') backoff.reset()
      return answer
    }
    onRetry(answer.reason)
    await backoff.wait(answer.afterMs)
  }
}

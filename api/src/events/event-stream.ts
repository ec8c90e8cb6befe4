import type { LiveEvents } from './live-events.ts'

const heartbeatMs = 10_000
/** Then the browser connects anew, and its session is looked at again. */
const longestMs = 10 * 60_000

/** Server-sent events, pulled: what a slow reader does not take waits in its bounded subscription, not in memory here. */
export function createEventStream(
  live: LiveEvents,
  now: () => number,
): ReadableStream<Uint8Array> | undefined {
  const subscription = live.subscribe()
  if (!subscription) return undefined
  const startedAt = now()
  const encoder = new TextEncoder()
  const frame = (event: string, data: unknown) =>
    encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  const heartbeat = () => frame('heartbeat', { at: new Date(now()).toISOString() })
  return new ReadableStream(
    {
      start: (controller) => {
        controller.enqueue(encoder.encode('retry: 2000\n\n'))
        controller.enqueue(heartbeat())
      },
      pull: async (controller) => {
        const next = await subscription.next(heartbeatMs)
        if (subscription.isClosed() || now() - startedAt > longestMs) {
          subscription.close()
          return controller.close()
        }
        controller.enqueue(next ? frame(next.event, next.data) : heartbeat())
      },
      cancel: () => subscription.close(),
    },
    { highWaterMark: 0 },
  )
}

import { messageOf, type Log } from '../log.ts'
import type { Health } from '../metrics/health.ts'
import type { ReadLimits } from '../spool/place.ts'
import type { Reader } from '../spool/reader.ts'
import type { SpoolRecord } from '../spool/record.ts'
import { createBackoff } from './backoff.ts'
import { deliver, type Answer } from './deliver.ts'
import { createQuarantine } from './quarantine.ts'

/** Something that takes what the spool holds. */
export interface Sink<T> {
  limits: ReadLimits
  /** Most items in one request. */
  maxItems: number
  /** What to send for some records; nothing, when this sink has no use for them. */
  itemsOf: (records: readonly SpoolRecord[]) => readonly T[]
  send: (items: readonly T[]) => Promise<Answer>
}

export interface DrainOptions<T> {
  reader: Reader
  sink: Sink<T>
  quarantineFolder: string
  health: Health
  log: Log
  signal: AbortSignal
}

/** Brings what the spool holds to one sink, at this sink's own pace, until the signal is aborted. */
export async function drain<T>({
  reader,
  sink,
  signal,
  ...options
}: DrainOptions<T>): Promise<void> {
  const { health, log } = options
  const name = reader.sink
  const backoff = createBackoff(signal)
  const quarantine = createQuarantine(options.quarantineFolder, name)
  let isFailing = false
  const delivery = {
    signal,
    backoff,
    send: async (items: readonly T[]) => {
      const answer = await sink.send(items)
      if (answer.kind !== 'taken') return answer
      health.sent.inc({ sink: name }, items.length)
      if (isFailing) log('sink_recovered', { sink: name })
      isFailing = false
      return answer
    },
    quarantine: async (item: T, reason: string) => {
      health.quarantined.inc({ sink: name })
      log('sink_quarantined', { sink: name, reason })
      await quarantine.add({ reason, item })
    },
    onRetry: (reason: string) => {
      health.failed.inc({ sink: name })
      if (!isFailing) log('sink_failed', { sink: name, reason })
      isFailing = true
    },
  }
  while (!signal.aborted) {
    try {
      await reader.waitForMore(signal)
      const records = await reader.read(sink.limits)
      for (const items of inParts(sink.itemsOf(records), sink.maxItems))
        await deliver(items, delivery)
      const last = records.at(-1)
      if (last && !signal.aborted) await reader.acknowledge(last.sequence)
    } catch (error) {
      log('sink_error', { sink: name, error: messageOf(error) })
      await backoff.wait()
    }
  }
}

function inParts<T>(items: readonly T[], size: number): (readonly T[])[] {
  const parts = Math.ceil(items.length / size)
  return Array.from({ length: parts }, (_, part) => items.slice(part * size, (part + 1) * size))
}

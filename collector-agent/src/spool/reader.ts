import { join } from 'node:path'
import { dropTaken, type Contents } from './bounds.ts'
import { writeCursor } from './cursor.ts'
import { createPlace, type ReadLimits } from './place.ts'
import type { SpoolRecord } from './record.ts'

/** One sink's place in the spool. */
export interface Reader {
  readonly sink: string
  /** Records that the sink has not taken, oldest first; the same ones again until they are acknowledged. */
  read(limits: ReadLimits): Promise<SpoolRecord[]>
  /** The sink has this one and all before it. */
  acknowledge(sequence: number): Promise<void>
  /** Resolves when there is something to read, or when the signal is aborted. */
  waitForMore(signal: AbortSignal): Promise<void>
  /** When the oldest record that the sink has not taken was appended; `undefined` when it has all. */
  oldestAt(): number | undefined
}

export interface ReaderOptions {
  sink: string
  directory: string
  contents: Contents
  /** Called by the spool after every write. */
  waiters: Set<() => void>
}

export function createReader({ sink, directory, contents, waiters }: ReaderOptions): Reader {
  const { segments, cursors } = contents
  const place = createPlace(segments)
  let oldestRead: SpoolRecord | undefined
  const cursor = () => cursors.get(sink) ?? 0
  const hasMore = () => segments.some(({ last, records }) => records > 0 && last > cursor())

  return {
    sink,
    async read(limits) {
      const newest = segments.at(-1)?.last ?? 0
      const records = await place.read(cursor(), limits)
      oldestRead = records[0]
      // What was left to read is damaged: without this the sink would wait on it for ever.
      if (records.length === 0 && newest > cursor()) cursors.set(sink, newest)
      return records
    },
    async acknowledge(sequence) {
      cursors.set(sink, sequence)
      place.passed(sequence)
      oldestRead = undefined
      writeCursor(cursorPath(directory, sink), sequence)
      await dropTaken(contents)
    },
    waitForMore(signal) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const check = () => {
        if (!hasMore() && !signal.aborted) return
        waiters.delete(check)
        signal.removeEventListener('abort', check)
        resolve()
      }
      waiters.add(check)
      signal.addEventListener('abort', check)
      check()
      return promise
    },
    oldestAt() {
      if (!hasMore()) return undefined
      return oldestRead?.at ?? segments.find(({ last }) => last > cursor())?.newestAt
    },
  }
}

/** Where a sink's cursor is kept. */
export function cursorPath(directory: string, sink: string): string {
  return join(directory, 'cursors', sink)
}

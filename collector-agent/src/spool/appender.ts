import { setTimeout as sleep } from 'node:timers/promises'
import { maxPayloadBytes } from './record.ts'
import type { SegmentWriter } from './segment-writer.ts'

export interface AppenderOptions {
  writer: SegmentWriter
  /** The sequence of the next record. */
  next: number
  now: () => number
  /** After every write: what is new may be read, and bounds may be passed. */
  onWritten: () => Promise<void>
  onFailed: (records: number) => void
}

export interface Appender {
  /** The record's sequence once it is on disk; `undefined` when it could not be kept. */
  append(payload: Buffer): Promise<number | undefined>
  /** Waits for what was appended before. */
  close(): Promise<void>
}

interface Waiting {
  payload: Buffer
  settle: (sequence: number | undefined) => void
}

// Records that come within this time share one fdatasync.
const gatherMs = 20
const maxWaitingBytes = 16 * 1024 * 1024

/** Gives records their sequence and writes them, many to one fdatasync. A full disk loses the records at hand, no more. */
export function createAppender(options: AppenderOptions): Appender {
  let waiting: Waiting[] = []
  let waitingBytes = 0
  let next = options.next
  let flushing: Promise<void> | undefined

  async function flushAll(): Promise<void> {
    while (waiting.length > 0) {
      await sleep(gatherMs)
      const batch = waiting
      waiting = []
      waitingBytes = 0
      await flush(batch)
    }
    flushing = undefined
  }

  async function flush(batch: readonly Waiting[]): Promise<void> {
    const first = next
    // Not used again when writing fails: the bytes may be on the disk all the same.
    next += batch.length
    const at = options.now()
    const records = batch.map(({ payload }, index) => ({ sequence: first + index, at, payload }))
    try {
      await options.writer.write(records)
    } catch {
      options.onFailed(batch.length)
      for (const { settle } of batch) settle(undefined)
      return
    }
    batch.forEach(({ settle }, index) => settle(first + index))
    await options.onWritten()
  }

  return {
    append(payload) {
      if (payload.length > maxPayloadBytes || waitingBytes + payload.length > maxWaitingBytes) {
        options.onFailed(1)
        return Promise.resolve(undefined)
      }
      waitingBytes += payload.length
      return new Promise((settle) => {
        waiting.push({ payload, settle })
        flushing ??= flushAll()
      })
    },
    async close() {
      await flushing
    },
  }
}

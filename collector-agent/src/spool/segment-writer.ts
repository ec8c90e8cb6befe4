import { unlink, type FileHandle } from 'node:fs/promises'
import { encodeRecord, type SpoolRecord } from './record.ts'
import { createSegment, type Segment } from './segment.ts'

export interface SegmentWriter {
  /** Returns when the records are on disk; they are in no segment when it throws. */
  write(records: readonly SpoolRecord[]): Promise<void>
  close(): Promise<void>
}

export interface SegmentWriterOptions {
  directory: string
  segmentBytes: number
  /** Oldest first; the writer adds the ones it makes. */
  segments: Segment[]
}

// So that what all sinks have taken is soon deleted, also where little is written.
const segmentLifeMs = 10 * 60_000

export function createSegmentWriter(options: SegmentWriterOptions): SegmentWriter {
  let current: { segment: Segment; file: FileHandle; madeAt: number } | undefined

  async function writable(first: SpoolRecord) {
    if (current && current.segment.records > 0) {
      const isOld = first.at - current.madeAt > segmentLifeMs
      if (isOld || current.segment.bytes >= options.segmentBytes) await close()
    }
    if (!current) {
      const made = await createSegment(options.directory, first.sequence)
      current = { ...made, madeAt: first.at }
      options.segments.push(made.segment)
    }
    return current
  }

  async function close(): Promise<void> {
    const closing = current
    current = undefined
    await closing?.file.close()
  }

  /** Behind a failed write lies nothing that may be trusted: cut it off and go on in another file. */
  async function abandon(): Promise<void> {
    const { segment, file } = current ?? {}
    await file?.truncate(segment?.bytes).catch(() => undefined)
    await close().catch(() => undefined)
    if (segment?.records !== 0) return
    options.segments.splice(options.segments.indexOf(segment), 1)
    await unlink(segment.path).catch(() => undefined)
  }

  return {
    close,
    async write(records) {
      try {
        const [first] = records
        if (first) await append(await writable(first), records)
      } catch (error) {
        await abandon()
        throw error
      }
    },
  }
}

async function append(
  { segment, file }: { segment: Segment; file: FileHandle },
  records: readonly SpoolRecord[],
): Promise<void> {
  const bytes = Buffer.concat(records.map(encodeRecord))
  const { bytesWritten } = await file.write(bytes, 0, bytes.length, segment.bytes)
  if (bytesWritten < bytes.length) throw new Error('The disk took only part of a record.')
  await file.datasync()
  const { sequence, at } = records.at(-1) ?? { sequence: segment.last, at: segment.newestAt }
  segment.bytes += bytes.length
  segment.records += records.length
  segment.last = sequence
  segment.newestAt = at
}

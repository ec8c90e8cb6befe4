import { unlink } from 'node:fs/promises'
import { recordsIn } from './record.ts'
import { readSegment, type Segment } from './segment.ts'

export interface Contents {
  /** Oldest first; the newest is the one being written. */
  segments: Segment[]
  /** By sink, the last sequence it has taken. */
  cursors: Map<string, number>
  sinks: readonly string[]
  /** By sink, how many records were dropped before it had taken them. */
  dropped: Map<string, number>
}

/** Deletes the oldest segments while there are too many bytes or they are too old, and counts what that loses. */
export async function dropBeyond(
  contents: Contents,
  { maxBytes, oldestAt }: { maxBytes: number; oldestAt: number },
): Promise<void> {
  const { segments } = contents
  for (;;) {
    const [oldest, second] = segments
    if (!oldest || !second) return
    const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0)
    if (bytes <= maxBytes && oldest.newestAt >= oldestAt) return
    segments.shift()
    await countDropped(contents, oldest)
    await unlink(oldest.path).catch(() => undefined)
  }
}

/** Deletes the segments that every sink has taken. */
export async function dropTaken({ segments, cursors, sinks }: Contents): Promise<void> {
  const takenByAll = Math.min(...sinks.map((sink) => cursors.get(sink) ?? 0))
  for (;;) {
    const [oldest, second] = segments
    if (!oldest || !second || oldest.last > takenByAll) return
    segments.shift()
    await unlink(oldest.path).catch(() => undefined)
  }
}

async function countDropped({ cursors, sinks, dropped }: Contents, segment: Segment) {
  // Looked up before anything is waited for: the segment is gone for them from now on.
  const late = sinks
    .map((sink) => ({ sink, cursor: cursors.get(sink) ?? 0 }))
    .filter(({ cursor }) => cursor < segment.last)
  if (late.length === 0) return
  const bytes = await readSegment(segment, 0, segment.bytes).catch(() => Buffer.alloc(0))
  const sequences = [...recordsIn(bytes)].map(({ record }) => record.sequence)
  for (const { sink, cursor } of late) {
    const lost = sequences.filter((sequence) => sequence > cursor).length
    dropped.set(sink, (dropped.get(sink) ?? 0) + lost)
  }
}

import { randomUUID } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createAppender } from './appender.ts'
import { dropBeyond, type Contents } from './bounds.ts'
import { readCursor } from './cursor.ts'
import { createReader, cursorPath, type Reader } from './reader.ts'
import { createSegmentWriter } from './segment-writer.ts'
import { openSegments, type Damage } from './segment.ts'

export interface SpoolOptions {
  directory: string
  /** Every sink that reads it. What all of them have taken is deleted. */
  sinks: readonly string[]
  maxBytes?: number
  maxAgeMs?: number
  segmentBytes?: number
  now?: () => number
}

/** A queue on disk that every sink reads at its own pace. Bounded: the oldest records go first, and are counted. */
export interface Spool {
  /** Made with the directory; with a sequence it names a record for ever. */
  readonly id: string
  /** What opening it found broken. */
  readonly damage: Damage
  /** The record's sequence once it is on disk; `undefined` when it could not be kept. */
  append: (payload: Buffer) => Promise<number | undefined>
  reader(sink: string): Reader
  stats(): SpoolStats
  [Symbol.asyncDispose](): Promise<void>
}

export interface SpoolStats {
  bytes: number
  /** Records that could not be written, as on a full disk. */
  unwritten: number
  /** Records dropped, by size or age, before this sink had taken them. */
  dropped: (sink: string) => number
  /** Age of the oldest record that this sink has not taken; 0 when it has all. */
  oldestSeconds: (sink: string) => number
}

// Sequences that may have been used but are no longer known are jumped over.
const jump = 1_000_000

export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { directory, sinks, now = Date.now, segmentBytes = 4 * 1024 * 1024 } = options
  const { maxBytes = 256 * 1024 * 1024, maxAgeMs = 7 * 86_400_000 } = options
  await mkdir(join(directory, 'cursors'), { recursive: true, mode: 0o700 })
  const id = await spoolId(directory)
  const { segments, damage } = await openSegments(directory)
  const cursors = await openCursors(directory, sinks)
  const contents: Contents = { segments, cursors, sinks, dropped: new Map() }
  const waiters = new Set<() => void>()
  let unwritten = 0
  const writer = createSegmentWriter({ directory, segmentBytes, segments })
  const appender = createAppender({
    writer,
    next: nextSequence(contents, damage),
    now,
    onWritten() {
      for (const wake of waiters) wake()
      return dropBeyond(contents, { maxBytes, oldestAt: now() - maxAgeMs })
    },
    onFailed(records) {
      unwritten += records
    },
  })
  const readers = new Map(
    sinks.map((sink) => [sink, createReader({ sink, directory, contents, waiters })]),
  )
  function reader(sink: string): Reader {
    const found = readers.get(sink)
    if (!found) throw new Error(`The spool was opened without the sink ${sink}.`)
    return found
  }
  return {
    id,
    damage,
    append: (payload) => appender.append(payload),
    reader,
    stats: () => ({
      bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
      unwritten,
      dropped: (sink) => contents.dropped.get(sink) ?? 0,
      oldestSeconds: (sink) => Math.max(0, now() - (reader(sink).oldestAt() ?? now())) / 1000,
    }),
    async [Symbol.asyncDispose]() {
      await appender.close()
      await writer.close()
    },
  }
}

function nextSequence({ segments, cursors, sinks }: Contents, damage: Damage): number {
  const known = Math.max(0, ...cursors.values(), ...segments.map(({ last }) => last))
  const isNew = segments.length === 0 && cursors.size === 0 && damage.setAside === 0
  const isDoubtful = damage.stretches + damage.setAside > 0 || cursors.size < sinks.length
  return known + 1 + (isDoubtful && !isNew ? jump : 0)
}

async function spoolId(directory: string): Promise<string> {
  const path = join(directory, 'id')
  const known = await readFile(path, 'utf8').catch(() => '')
  if (/^[0-9a-f-]{36}$/.test(known)) return known
  const id = randomUUID()
  await writeFile(path, id, { mode: 0o600 })
  return id
}

async function openCursors(directory: string, sinks: readonly string[]) {
  const cursors = new Map<string, number>()
  for (const sink of sinks) {
    const sequence = await readCursor(cursorPath(directory, sink))
    if (sequence !== undefined) cursors.set(sink, sequence)
  }
  return cursors
}

import {
  open,
  readdir,
  readFile,
  rename,
  truncate,
  unlink,
  type FileHandle,
} from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder } from '../identity/home.ts'
import { recordsIn } from './record.ts'

/** One file of the spool. `bytes` ends behind the last record that is known to be on disk. */
export interface Segment {
  path: string
  first: number
  last: number
  records: number
  bytes: number
  /** When its newest record was appended, in milliseconds of the wall clock. */
  newestAt: number
}

/** What opening found besides good records. */
export interface Damage {
  /** Stretches that are no record: lost to a bad disk, never sent. */
  stretches: number
  /** Ends cut off because a write was interrupted there; never accepted, so nothing is lost. */
  tornTails: number
  /** Files set aside as `*.bad` because they cannot be read or hold no record. */
  setAside: number
}

const suffix = '.segment'

function segmentPath(directory: string, first: number): string {
  return join(directory, `${String(first).padStart(16, '0')}${suffix}`)
}

/** The segments of a directory, oldest first, with their torn ends cut off. Never fails because of what a file holds. */
export async function openSegments(
  directory: string,
): Promise<{ segments: Segment[]; damage: Damage }> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(suffix)).toSorted()
  const damage: Damage = { stretches: 0, tornTails: 0, setAside: 0 }
  const segments: Segment[] = []
  for (const name of names) {
    const segment = await openSegment(join(directory, name), damage)
    if (segment) segments.push(segment)
  }
  return { segments: segments.toSorted((a, b) => a.first - b.first), damage }
}

async function openSegment(path: string, damage: Damage): Promise<Segment | undefined> {
  const bytes = await readFile(path).catch(() => undefined)
  const segment = bytes && summarise(path, bytes, damage)
  if (!segment) {
    await (bytes?.length === 0 ? unlink(path) : setAside(path, damage)).catch(() => undefined)
    return undefined
  }
  if (segment.bytes < bytes.length) {
    damage.tornTails += 1
    await truncate(path, segment.bytes).catch(() => undefined)
  }
  return segment
}

async function setAside(path: string, damage: Damage): Promise<void> {
  damage.setAside += 1
  await rename(path, `${path}.bad`)
}

function summarise(path: string, bytes: Buffer, damage: Damage): Segment | undefined {
  let segment: Segment | undefined
  for (const { record, start, end } of recordsIn(bytes)) {
    if (start !== (segment?.bytes ?? 0)) damage.stretches += 1
    segment ??= { path, first: record.sequence, last: 0, records: 0, bytes: 0, newestAt: 0 }
    segment.last = Math.max(segment.last, record.sequence)
    segment.records += 1
    segment.bytes = end
    segment.newestAt = record.at
  }
  return segment
}

/** A new, empty segment that starts with `first`; its name is on disk when this returns. */
export async function createSegment(
  directory: string,
  first: number,
): Promise<{ segment: Segment; file: FileHandle }> {
  const path = segmentPath(directory, first)
  const file = await open(path, 'wx', 0o600)
  await syncFolder(directory)
  return { file, segment: { path, first, last: first - 1, records: 0, bytes: 0, newestAt: 0 } }
}

/** The bytes of `segment` from `offset`, at most `limit` of them and never beyond its last good record. */
export async function readSegment(
  segment: Segment,
  offset: number,
  limit: number,
): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(limit, segment.bytes - offset)))
  if (bytes.length === 0) return bytes
  await using file = await open(segment.path, 'r')
  let filled = 0
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, offset + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}

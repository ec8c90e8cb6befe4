import { recordsIn, type SpoolRecord } from './record.ts'
import { readSegment, type Segment } from './segment.ts'

export interface ReadLimits {
  records: number
  bytes: number
}

interface Place {
  segment: Segment
  offset: number
}

/** Reads records from `segments`, remembering where in the file the cursor is. */
export function createPlace(segments: readonly Segment[]) {
  let place: Place | undefined
  let ends = new Map<number, Place>()

  function locate(cursor: number): Place | undefined {
    const passed = place && segments.includes(place.segment) ? place : undefined
    if (passed && passed.offset < passed.segment.bytes) return passed
    const segment = segments.find(
      (each) => each.records > 0 && each.last > cursor && each.first > (passed?.segment.first ?? 0),
    )
    if (!segment) return undefined
    place = { segment, offset: 0 }
    return place
  }

  async function read(cursor: number, limits: ReadLimits): Promise<SpoolRecord[]> {
    const found: SpoolRecord[] = []
    ends = new Map()
    for (let from = locate(cursor); from && found.length === 0; from = locate(cursor)) {
      const { segment, offset } = from
      const located = [...recordsIn(await readWhole(segment, offset, limits.bytes))]
      for (const { record, end } of located) {
        if (record.sequence <= cursor || found.length >= limits.records) continue
        found.push(record)
        ends.set(record.sequence, { segment, offset: offset + end })
      }
      // Nothing but what was taken before, or what is no record: go on behind it.
      const last = located.at(-1)
      if (found.length === 0) place = { segment, offset: last ? offset + last.end : segment.bytes }
    }
    return found
  }

  return {
    read,
    /** The cursor stands behind this record now. */
    passed(sequence: number): void {
      place = ends.get(sequence) ?? place
    },
  }
}

/** `limit` bytes, or the whole rest of the segment when not even one record fits in them. */
async function readWhole(segment: Segment, offset: number, limit: number): Promise<Buffer> {
  const bytes = await readSegment(segment, offset, limit)
  const hasRecord = recordsIn(bytes).next().done !== true
  return hasRecord ? bytes : readSegment(segment, offset, segment.bytes)
}

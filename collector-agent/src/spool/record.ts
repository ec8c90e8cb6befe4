import { crc32 } from 'node:zlib'

/** One entry of the spool. */
export interface SpoolRecord {
  sequence: number
  /** When it was appended, in milliseconds of the wall clock. */
  at: number
  payload: Buffer
}

/** Where a record was found in its segment. */
export interface Located {
  record: SpoolRecord
  start: number
  end: number
}

/** A record larger than this is not appended: it could not be sent either. */
export const maxPayloadBytes = 8 * 1024 * 1024

// magic u32 | crc u32 | length u32 | sequence u64 | at f64 | payload
// The CRC covers all that follows it. The magic lets a reader find the next record behind a damaged one.
const magic = 0x74726b31
const headerBytes = 28

export function encodeRecord({ sequence, at, payload }: SpoolRecord): Buffer {
  const bytes = Buffer.allocUnsafe(headerBytes + payload.length)
  bytes.writeUInt32BE(magic, 0)
  bytes.writeUInt32BE(payload.length, 8)
  bytes.writeBigUInt64BE(BigInt(sequence), 12)
  bytes.writeDoubleBE(at, 20)
  payload.copy(bytes, headerBytes)
  bytes.writeUInt32BE(crc32(bytes.subarray(8)), 4)
  return bytes
}

/** The whole records in `bytes`, in order; damaged stretches are stepped over. */
export function* recordsIn(bytes: Buffer): Generator<Located> {
  let offset = 0
  while (offset + headerBytes <= bytes.length) {
    const located = recordAt(bytes, offset)
    if (located) {
      yield located
      offset = located.end
    } else {
      offset = nextMagic(bytes, offset + 1)
    }
  }
}

function recordAt(bytes: Buffer, start: number): Located | undefined {
  if (bytes.readUInt32BE(start) !== magic) return undefined
  const length = bytes.readUInt32BE(start + 8)
  const end = start + headerBytes + length
  if (length > maxPayloadBytes || end > bytes.length) return undefined
  if (crc32(bytes.subarray(start + 8, end)) !== bytes.readUInt32BE(start + 4)) return undefined
  const sequence = Number(bytes.readBigUInt64BE(start + 12))
  const at = bytes.readDoubleBE(start + 20)
  return { record: { sequence, at, payload: bytes.subarray(start + headerBytes, end) }, start, end }
}

const magicBytes = Buffer.alloc(4)
magicBytes.writeUInt32BE(magic)

function nextMagic(bytes: Buffer, from: number): number {
  const found = bytes.indexOf(magicBytes, from)
  return found < 0 ? bytes.length : found
}

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeRecord, recordsIn, type SpoolRecord } from './record.ts'

const records: SpoolRecord[] = ['{"a":1}', '', 'déjà vu 🐘', 'x'.repeat(300)].map(
  (text, index) => ({
    sequence: index + 1,
    at: 1_700_000_000_000 + index,
    payload: Buffer.from(text),
  }),
)
const file = Buffer.concat(records.map(encodeRecord))
const read = (bytes: Buffer) => [...recordsIn(bytes)].map(({ record }) => record)
const sequences = (bytes: Buffer) => read(bytes).map(({ sequence }) => sequence)

describe('records', () => {
  test('come back as they were written', () => {
    expect(read(file)).toEqual(records)
  })

  test('a file cut anywhere loses at most the record that was cut', () => {
    const ends = [...recordsIn(file)].map(({ end }) => end)
    for (let length = 0; length <= file.length; length += 1) {
      const whole = ends.filter((end) => end <= length).length
      expect(sequences(file.subarray(0, length))).toEqual([1, 2, 3, 4].slice(0, whole))
    }
  })

  test('a byte flipped anywhere costs the record it is in, and no other', () => {
    const located = [...recordsIn(file)]
    for (let place = 0; place < file.length; place += 1) {
      const broken = Buffer.from(file)
      broken.writeUInt8(broken.readUInt8(place) ^ 0xff, place)
      const touched = located.find(({ start, end }) => start <= place && place < end)
      const left = [1, 2, 3, 4].filter((sequence) => sequence !== touched?.record.sequence)
      expect(sequences(broken)).toEqual(left)
    }
  })

  test('bytes that are none give none, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(read(Buffer.from(bytes))).toEqual([])
      }),
    )
  })

  test('any payload survives between any rubbish', () => {
    const rubbish = fc.uint8Array({ maxLength: 60 })
    fc.assert(
      fc.property(rubbish, fc.uint8Array({ maxLength: 200 }), rubbish, (before, payload, after) => {
        const record = { sequence: 7, at: 1, payload: Buffer.from(payload) }
        const bytes = Buffer.concat([before, encodeRecord(record), after])
        expect(read(bytes)).toContainEqual(record)
      }),
    )
  })
})

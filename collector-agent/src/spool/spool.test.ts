import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { appendFile, mkdir, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { recordsIn } from './record.ts'
import { openSpool, type Spool, type SpoolOptions } from './spool.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'trunkline-spool-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const open = (options: Partial<SpoolOptions> = {}) =>
  openSpool({ directory, sinks: ['api'], ...options })
const put = (spool: Spool, ...texts: string[]) =>
  Promise.all(texts.map((text) => spool.append(Buffer.from(text))))
/** Reads and acknowledges all there is, as a sink does. */
async function take(spool: Spool, sink = 'api') {
  const taken: [number, string][] = []
  for (;;) {
    const records = await spool.reader(sink).read({ records: 1_000, bytes: 1_000_000 })
    taken.push(
      ...records.map(({ sequence, payload }): [number, string] => [sequence, payload.toString()]),
    )
    const last = records.at(-1)
    if (!last) return taken
    await spool.reader(sink).acknowledge(last.sequence)
  }
}
const segments = () => readdirSync(directory).filter((name) => name.endsWith('.segment'))

describe('the spool', () => {
  test('gives every sink what it has not acknowledged, in order, also after a restart', async () => {
    {
      await using spool = await open({ sinks: ['api', 'metrics'] })
      expect(await put(spool, 'a', 'b', 'c')).toEqual([1, 2, 3])
      await spool.reader('api').acknowledge(2)
      const peek = await spool.reader('metrics').read({ records: 10, bytes: 10_000 })
      expect(peek.map(({ payload }) => payload.toString())).toEqual(['a', 'b', 'c'])
    }
    await using again = await open({ sinks: ['api', 'metrics'] })
    expect(await take(again)).toEqual([[3, 'c']])
    // One of the cursors was never written: what it may have been is jumped over.
    expect(await put(again, 'd')).toEqual([1_000_004])
    expect((await take(again, 'metrics')).map(([, text]) => text)).toEqual(['a', 'b', 'c', 'd'])
  })

  test('goes on with the next sequence and the same id when nothing is doubtful', async () => {
    const first = await open()
    await put(first, 'a')
    await first.reader('api').acknowledge(1)
    await first[Symbol.asyncDispose]()
    await using second = await open()
    expect(second.id).toBe(first.id)
    expect(await put(second, 'b')).toEqual([2])
  })

  test('reads in pieces without losing its place', async () => {
    await using spool = await open({ segmentBytes: 200 })
    for (const text of ['a', 'b', 'c', 'd', 'e']) await put(spool, text.repeat(100))
    const seen: string[] = []
    for (;;) {
      const [record] = await spool.reader('api').read({ records: 1, bytes: 50 })
      if (!record) break
      seen.push(record.payload.toString('utf8', 0, 1))
      await spool.reader('api').acknowledge(record.sequence)
    }
    expect(seen.join('')).toBe('abcde')
  })

  test('deletes what all sinks have taken, and nothing else', async () => {
    await using spool = await open({ sinks: ['api', 'metrics'], segmentBytes: 1 })
    for (const text of ['a', 'b', 'c']) await put(spool, text)
    expect(segments()).toHaveLength(3)
    await spool.reader('api').acknowledge(3)
    expect(segments()).toHaveLength(3)
    await spool.reader('metrics').acknowledge(2)
    expect(segments()).toHaveLength(1)
    expect(await take(spool, 'metrics')).toEqual([[3, 'c']])
  })

  test('drops the oldest beyond its size, and counts exactly those a sink had not taken', async () => {
    await using spool = await open({ sinks: ['api', 'metrics'], segmentBytes: 1, maxBytes: 400 })
    for (const text of ['a', 'b']) await put(spool, text.repeat(100))
    await spool.reader('metrics').acknowledge(1)
    for (const text of ['c', 'd', 'e']) await put(spool, text.repeat(100))
    expect((await take(spool)).map(([sequence]) => sequence)).toEqual([3, 4, 5])
    await expect.poll(() => spool.stats().dropped('api')).toBe(2)
    await expect.poll(() => spool.stats().dropped('metrics')).toBe(1)
    expect(spool.stats().bytes).toBeLessThanOrEqual(400)
  })

  test('drops what is too old', async () => {
    let now = 1_000_000
    await using spool = await open({ segmentBytes: 1, maxAgeMs: 60_000, now: () => now })
    await put(spool, 'old')
    now += 61_000
    await put(spool, 'new')
    expect(await take(spool)).toEqual([[2, 'new']])
    await expect.poll(() => spool.stats().dropped('api')).toBe(1)
  })

  test('says how long its oldest record has waited', async () => {
    let now = 1_000_000
    await using spool = await open({ now: () => now })
    expect(spool.stats().oldestSeconds('api')).toBe(0)
    await put(spool, 'a')
    now += 5_000
    await spool.reader('api').read({ records: 1, bytes: 100 })
    expect(spool.stats().oldestSeconds('api')).toBe(5)
    await spool.reader('api').acknowledge(1)
    expect(spool.stats().oldestSeconds('api')).toBe(0)
  })
})

describe('a damaged spool', () => {
  const newest = () => join(directory, segments().at(-1) ?? '')
  const filled = async () => {
    await using spool = await open()
    await put(spool, 'a', 'b', 'c')
    await spool.reader('api').acknowledge(1)
  }

  test('cut at any byte, it opens, loses at most the last record, and writes on', async () => {
    await filled()
    const whole = readFileSync(newest())
    const ends = [...recordsIn(whole)].map(({ end }) => end)
    for (let length = whole.length; length >= 0; length -= 1) {
      rmSync(directory, { recursive: true })
      mkdirSync(join(directory, 'cursors'), { recursive: true })
      writeFileSync(join(directory, 'cursors', 'api'), '1\n')
      writeFileSync(join(directory, '0000000000000001.segment'), whole.subarray(0, length))
      await using spool = await open()
      const [sequence] = await put(spool, 'z')
      const wholeRecords = ends.filter((end) => end <= length).length
      const texts = (await take(spool)).map(([, text]) => text)
      expect(texts).toEqual([...['a', 'b', 'c'].slice(1, wholeRecords), 'z'])
      // Never a sequence again that may have been sent before.
      expect(sequence).toBeGreaterThan(1)
    }
  })

  test('an interrupted write is cut off and was never accepted', async () => {
    await filled()
    await appendFile(newest(), Buffer.from('half a rec'))
    await using spool = await open()
    expect(spool.damage).toEqual({ stretches: 0, tornTails: 1, setAside: 0 })
    expect(await put(spool, 'd')).toEqual([4])
    expect(await take(spool)).toEqual([
      [2, 'b'],
      [3, 'c'],
      [4, 'd'],
    ])
  })

  test('a file that holds no record is set aside, and new sequences jump over those it may have held', async () => {
    await filled()
    const bytes = readFileSync(newest())
    writeFileSync(newest(), bytes.fill(0x20))
    await using spool = await open()
    expect(spool.damage).toEqual({ stretches: 0, tornTails: 0, setAside: 1 })
    expect(readdirSync(directory).some((name) => name.endsWith('.bad'))).toBe(true)
    const [sequence] = await put(spool, 'd')
    expect(sequence).toBeGreaterThan(3)
    expect(await take(spool)).toEqual([[sequence, 'd']])
  })

  test('an unreadable cursor means sending again, not losing', async () => {
    await filled()
    writeFileSync(join(directory, 'cursors', 'api'), 'rubbish')
    await using spool = await open()
    expect((await take(spool)).map(([, text]) => text)).toEqual(['a', 'b', 'c'])
  })

  test('a record that turns bad while a sink waits for it does not hold the sink up', async () => {
    await using spool = await open()
    await put(spool, 'a')
    await truncate(newest(), 10)
    expect(await take(spool)).toEqual([])
    await put(spool, 'b')
    expect((await take(spool)).map(([, text]) => text)).toEqual(['b'])
  })

  test('what cannot be written is counted, and later records are kept', async () => {
    await using spool = await open({ segmentBytes: 1 })
    await put(spool, 'a')
    // A folder where the next segment would be: no disk to fill is needed for a write that fails.
    await mkdir(join(directory, '0000000000000002.segment'))
    expect(await put(spool, 'b')).toEqual([undefined])
    expect(spool.stats().unwritten).toBe(1)
    expect(await put(spool, 'c')).toEqual([3])
    expect((await take(spool)).map(([, text]) => text)).toEqual(['a', 'c'])
  })
})

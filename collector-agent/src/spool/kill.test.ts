import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openSpool } from './spool.ts'

const writer = fileURLToPath(new URL('./kill.fake.ts', import.meta.url))

test('a writer killed at any instant loses nothing that it said was kept, and nothing comes twice', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'trunkline-kill-'))
  const kept = new Set<number>()
  const read: number[] = []
  for (let round = 0; round < 6; round += 1) {
    const child = fork(writer, [directory], { stdio: 'ignore' })
    child.on('message', (sequence: number) => kept.add(sequence))
    await once(child, 'message')
    await sleep(30 + Math.random() * 100)
    child.kill('SIGKILL')
    await once(child, 'close')
    await using spool = await openSpool({ directory, sinks: ['api'], segmentBytes: 20_000 })
    for (;;) {
      const records = await spool.reader('api').read({ records: 500, bytes: 1_000_000 })
      const last = records.at(-1)
      if (!last) break
      read.push(...records.map(({ sequence }) => sequence))
      await spool.reader('api').acknowledge(last.sequence)
    }
  }
  rmSync(directory, { recursive: true })
  expect(kept.size).toBeGreaterThan(50)
  expect([...kept].filter((sequence) => !read.includes(sequence))).toEqual([])
  expect(read).toEqual([...new Set(read)].toSorted((a, b) => a - b))
}, 60_000)

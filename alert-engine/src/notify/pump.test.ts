import { expect, test } from 'vitest'
import { createPump } from './pump.ts'

/** Settles what was started before. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

function pieces(count: number) {
  const left = Array.from({ length: count }, (_, index) => index)
  const started: number[] = []
  const ends = new Map<number, () => void>()
  const pump = createPump({
    workers: ['a', 'b'],
    take: async () => left.shift(),
    work: (_worker, piece) => {
      started.push(piece)
      return new Promise<void>((resolve) => ends.set(piece, resolve))
    },
  })
  return { left, started, ends, pump }
}

test('works on no more pieces at once than it has workers, and on all of them in the end', async () => {
  const { started, ends, pump } = pieces(5)
  pump.wake()
  await settle()
  expect(started).toEqual([0, 1])
  ends.get(1)?.()
  await settle()
  expect(started).toEqual([0, 1, 2])
  for (const piece of [0, 2, 3, 4]) {
    ends.get(piece)?.()
    await settle()
  }
  expect(started).toEqual([0, 1, 2, 3, 4])
})

test('a wake while it looks makes it look again', async () => {
  const { left, started, pump } = pieces(0)
  pump.wake()
  left.push(7)
  pump.wake()
  await settle()
  expect(started).toEqual([7])
})

test('stopped, it takes nothing more and waits for what it has', async () => {
  const { started, ends, pump } = pieces(3)
  pump.wake()
  await settle()
  let isStopped = false
  const stopped = pump.stop().then(() => (isStopped = true))
  ends.get(0)?.()
  await settle()
  expect(isStopped).toBe(false)
  ends.get(1)?.()
  await stopped
  expect(started).toEqual([0, 1])
})

import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AlreadyRunning, lockOwner, takeLock } from './lock.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'trunkline-lock-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const owner = { apiUrl: 'http://127.0.0.1:7480', startedAt: new Date('2026-01-31T12:00:00Z') }
const lock = (text: string) => writeFileSync(join(home, 'up.lock'), text)
const stale = (pid: number, startTicks: string) =>
  lock(
    JSON.stringify({
      pid,
      startTicks,
      startedAt: '2026-01-31T11:00:00.000Z',
      apiUrl: 'http://127.0.0.1:1',
    }),
  )

test('a second start is refused in a sentence that says who holds the home', () => {
  using _first = takeLock(home, owner)
  expect(() => takeLock(home, owner)).toThrow(AlreadyRunning)
  expect(() => takeLock(home, owner)).toThrow(
    `already runs on ${home}: process ${String(process.pid)}, since 2026-01-31T12:00:00.000Z, at http://127.0.0.1:7480`,
  )
  expect(lockOwner(home)).toMatchObject({ pid: process.pid, apiUrl: owner.apiUrl })
})

test('given back, the home is free and nothing is left in it', () => {
  takeLock(home, owner)[Symbol.dispose]()
  expect(lockOwner(home)).toBeUndefined()
  expect(readdirSync(home)).toEqual([])
})

test.each([
  ['a process that is gone', () => stale(4_194_303, '1')],
  ['another process that got the same pid', () => stale(process.pid, '1')],
  ['half a line', () => lock('{"pid":')],
  ['nothing', () => lock('')],
])('what %s left behind is taken over', (_, leave) => {
  leave()
  expect(lockOwner(home)).toBeUndefined()
  using _lock = takeLock(home, owner)
  expect(lockOwner(home)?.pid).toBe(process.pid)
  expect(readdirSync(home)).toEqual(['up.lock'])
})

test('giving back does not remove the lock of a later owner', () => {
  const mine = takeLock(home, owner)
  lock('{"somebody":"else"}')
  mine[Symbol.dispose]()
  expect(existsSync(join(home, 'up.lock'))).toBe(true)
})

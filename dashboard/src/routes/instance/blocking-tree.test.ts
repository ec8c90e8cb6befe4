import { expect, test } from 'vitest'
import { blockingTrees, countWaiters } from './blocking-tree.ts'

const edge = (waiter: number, blocker: number, waited = 1) => ({
  waiter_pid: waiter,
  blocker_pid: blocker,
  waited_seconds: waited,
  lock_type: 'relation',
  mode: 'RowExclusiveLock',
  blocker_state: 'idle in transaction',
})

test('the root stands first, under it who waits for whom, longest first', () => {
  const [tree, ...others] = blockingTrees([edge(11, 10, 5), edge(12, 10, 9), edge(13, 12, 2)])
  expect(others).toEqual([])
  expect(tree).toMatchObject({ pid: 10, state: 'idle in transaction', wait: null })
  expect(tree?.waiters.map(({ pid }) => pid)).toEqual([12, 11])
  expect(tree?.waiters[0]?.waiters).toMatchObject([
    { pid: 13, wait: { seconds: 2, lock: 'relation RowExclusiveLock' } },
  ])
  expect(tree && countWaiters(tree)).toBe(3)
})

test('of two roots the one with more waiters is first', () => {
  expect(blockingTrees([edge(2, 1), edge(5, 4), edge(6, 4)]).map(({ pid }) => pid)).toEqual([4, 1])
})

test('a circle of waiters ends, and nothing waits in no rows', () => {
  const [tree] = blockingTrees([edge(1, 2), edge(2, 1)])
  expect(tree && countWaiters(tree)).toBe(1)
  expect(blockingTrees([])).toEqual([])
})

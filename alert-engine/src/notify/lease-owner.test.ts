import { expect, test } from 'vitest'
import { createLeaseOwner } from './lease-owner.ts'

const owner = createLeaseOwner({ host: 'noc', pid: 10, isAlive: (pid) => pid === 11 })

test.each([
  [owner.name, false],
  ['noc 10 11111111', true],
  ['noc 11 11111111', false],
  ['noc 12 11111111', true],
  ['other 12 11111111', false],
  ['nonsense', false],
])('%s is gone: %s', (other, expected) => {
  expect(owner.isGone(other)).toBe(expected)
})

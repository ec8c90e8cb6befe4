import { expect, test } from 'vitest'
import { createThrottle } from './throttle.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000)
const anna = { account: 'anna', address: '192.0.2.1' }

test('stops the sixth attempt on an account from an address, and lets go after five minutes', () => {
  const throttle = createThrottle()
  for (let i = 0; i < 5; i += 1) throttle.begin({ ...anna, now: at(i) })
  expect(() => throttle.begin({ ...anna, now: at(10) })).toThrow('try again in 290 seconds')
  throttle.begin({ ...anna, address: '192.0.2.9', now: at(10) })
  throttle.begin({ ...anna, now: at(301) })
})

test('a success forgives what this account and address failed before', () => {
  const throttle = createThrottle()
  for (let i = 0; i < 80; i += 4) {
    for (let j = 0; j < 4; j += 1) throttle.begin({ ...anna, now: at(20 * i + j) })
    throttle.begin({ ...anna, now: at(20 * i + 4) }).succeeded()
  }
})

test('an attempt that could not be judged does not count', () => {
  const throttle = createThrottle()
  for (let i = 0; i < 100; i += 1) throttle.begin({ ...anna, now: at(i) }).takenBack()
})

test('stops an address that tries many accounts, and an account tried from many addresses', () => {
  const throttle = createThrottle()
  for (let i = 0; i < 30; i += 1) {
    throttle.begin({ account: `user${i}`, address: '192.0.2.1', now: at(0) })
    throttle.begin({ account: 'anna', address: `198.51.100.${i}`, now: at(0) })
  }
  expect(() => throttle.begin({ account: 'x', address: '192.0.2.1', now: at(1) })).toThrow()
  expect(() => throttle.begin({ account: 'anna', address: '203.0.113.1', now: at(1) })).toThrow()
  throttle.begin({ account: 'x', address: '203.0.113.1', now: at(1) })
})

test('whoever has an IPv6 network cannot keep out the owner of an account', () => {
  const throttle = createThrottle()
  const isTaken = (i: number) => {
    try {
      throttle.begin({ account: 'anna', address: `2001:db8::${i.toString(16)}`, now: at(i) })
      return true
    } catch {
      return false
    }
  }
  const taken = Array.from({ length: 100 }, (_, i) => i).filter(isTaken)
  expect(taken).toEqual([0, 1, 2, 3, 4])
  throttle.begin({ ...anna, now: at(101) })
})

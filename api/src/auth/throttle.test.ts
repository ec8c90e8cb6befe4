import { expect, test } from 'vitest'
import { createThrottle } from './throttle.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1_000)
const anna = { account: 'anna', address: '192.0.2.1' }

test('stops the sixth attempt on an account from an address, and lets go after five minutes', () => {
  const throttle = createThrottle()
  for (let i = 0; i < 5; i += 1) {
    throttle.check({ ...anna, now: at(i) })
    throttle.failed({ ...anna, now: at(i) })
  }
  expect(() => throttle.check({ ...anna, now: at(10) })).toThrow('try again in 290 seconds')
  throttle.check({ ...anna, address: '192.0.2.9', now: at(10) })
  throttle.check({ ...anna, now: at(301) })
})

test('a success forgives what this account and address failed before', () => {
  const throttle = createThrottle()
  for (let i = 0; i < 20; i += 1) {
    throttle.failed({ ...anna, now: at(i) })
    throttle.succeeded({ ...anna, now: at(i) })
  }
  throttle.check({ ...anna, now: at(21) })
})

test('stops an address that tries many accounts, and an account tried from many addresses', () => {
  const throttle = createThrottle()
  for (let i = 0; i < 30; i += 1) {
    throttle.failed({ account: `user${i}`, address: '192.0.2.1', now: at(0) })
    throttle.failed({ account: 'anna', address: `198.51.100.${i}`, now: at(0) })
  }
  expect(() => throttle.check({ account: 'x', address: '192.0.2.1', now: at(1) })).toThrow()
  expect(() => throttle.check({ account: 'anna', address: '203.0.113.1', now: at(1) })).toThrow()
  throttle.check({ account: 'x', address: '203.0.113.1', now: at(1) })
})

test('whoever has an IPv6 network cannot keep out the owner of an account', () => {
  const throttle = createThrottle()
  let failed = 0
  for (let i = 0; i < 100; i += 1) {
    const attempt = { account: 'anna', address: `2001:db8::${i.toString(16)}`, now: at(i) }
    try {
      throttle.check(attempt)
    } catch {
      continue
    }
    throttle.failed(attempt)
    failed += 1
  }
  expect(failed).toBe(5)
  throttle.check({ ...anna, now: at(101) })
})

import { expect, test } from 'vitest'
import { createPasswords } from './passwords.ts'

test('accepts the password it hashed and no other', async () => {
  const passwords = createPasswords()
  const stored = await passwords.hash('correct horse battery')
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await passwords.verify(stored, 'correct horse battery')).toBe(true)
  expect(await passwords.verify(stored, 'correct horse batterz')).toBe(false)
})

test('never accepts a password for an account that is not there', async () => {
  const passwords = createPasswords()
  expect(await passwords.verify(undefined, '')).toBe(false)
})

test('refuses what would wait behind too many', async () => {
  const passwords = createPasswords({ atOnce: 1, waiting: 1 })
  const all = await Promise.allSettled([1, 2, 3].map(() => passwords.hash('a password of mine')))
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
})

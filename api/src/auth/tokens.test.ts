import { expect, test } from 'vitest'
import { bearerToken, newToken } from './tokens.ts'

test('the scheme is taken in any case, and no other scheme is', () => {
  const token = newToken()
  for (const scheme of ['Bearer', 'bearer', 'BEARER'])
    expect(bearerToken(`${scheme} ${token}`)).toBe(token)
  for (const header of [token, `Basic ${token}`, `Bearer ${token} more`, 'Bearer short', 'Bearer '])
    expect(bearerToken(header)).toBeUndefined()
})

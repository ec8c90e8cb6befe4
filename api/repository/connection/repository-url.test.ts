import { describe, expect, test } from 'vitest'
import { parseRepositoryUrl } from './repository-url.ts'

describe('a repository URL', () => {
  test('is read with everything encoded', () => {
    expect(
      parseRepositoryUrl('postgres://us%40er:p%3Aw@[::1]:5433/da%2Fta?sslmode=require'),
    ).toEqual({
      host: '::1',
      port: 5433,
      database: 'da/ta',
      user: 'us@er',
      password: 'p:w',
      sslmode: 'require',
      rootCertificate: null,
    })
  })

  test('has the defaults of libpq', () => {
    expect(parseRepositoryUrl('postgresql://anna@db.example.net')).toMatchObject({
      port: 5432,
      database: 'anna',
      password: '',
      sslmode: 'prefer',
    })
  })

  test('trusts the system’s roots to verify fully', () => {
    expect(parseRepositoryUrl('postgres://a@b/c?sslrootcert=system')).toMatchObject({
      sslmode: 'verify-full',
      rootCertificate: 'system',
    })
  })

  test.each([
    ['http://a@b/c', 'is not postgres://'],
    ['postgres://a@b,c/d', 'is not postgres://'],
    ['postgres://b/c', 'names no user'],
    ['postgres://a@b/c?sslmode=maybe', 'sslmode "maybe"'],
    ['postgres://a@b/c?sslmode=verify-full', 'needs sslrootcert'],
    ['postgres://a@b/c?sslmod=require', 'unknown parameter "sslmod"'],
  ])('%s is refused: %s', (url, says) => {
    expect(() => parseRepositoryUrl(url)).toThrow(says)
  })
})

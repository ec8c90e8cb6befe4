import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

const least = { TRUNKLINE_HOME: '/home/t', TRUNKLINE_REPOSITORY_URL: 'postgres://u@h/d' }

test('has defaults for all but home and repository', () => {
  expect(readConfig(least)).toEqual({
    home: '/home/t',
    repositoryUrl: 'postgres://u@h/d',
    publicUrl: 'http://127.0.0.1:7480',
    listen: { host: '127.0.0.1', port: 7483 },
  })
})

test('takes what is set, and an empty variable as not set', () => {
  const config = readConfig({
    ...least,
    TRUNKLINE_PUBLIC_URL: 'https://watch.example.org/',
    TRUNKLINE_ENGINE_LISTEN: '[::1]:0',
    TRUNKLINE_LISTEN: '',
  })
  expect(config.publicUrl).toBe('https://watch.example.org')
  expect(config.listen).toEqual({ host: '::1', port: 0 })
})

test('names every problem at once', () => {
  const wrong = { TRUNKLINE_REPOSITORY_URL: 'mysql://x', TRUNKLINE_ENGINE_LISTEN: '70000' }
  expect(() => readConfig(wrong)).toThrow(
    /TRUNKLINE_HOME is not set.*TRUNKLINE_REPOSITORY_URL must be.*TRUNKLINE_ENGINE_LISTEN must look like/,
  )
})

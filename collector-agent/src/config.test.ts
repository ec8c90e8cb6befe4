import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

test('has defaults under the home of the user', () => {
  expect(readConfig({ XDG_STATE_HOME: '/state' })).toEqual({
    home: '/state/trunkline/agent',
    metricsListen: { host: '127.0.0.1', port: 7482 },
    metricsWriteUrls: [],
  })
})

test('reads what is set, and takes what is empty as not set', () => {
  expect(
    readConfig({
      TRUNKLINE_HOME: '/srv/trunkline',
      TRUNKLINE_AGENT_HOME: '',
      TRUNKLINE_AGENT_METRICS_LISTEN: '[::1]:9',
      TRUNKLINE_METRICS_WRITE_URL: 'http://a:1/x, https://b/y',
    }),
  ).toEqual({
    home: '/srv/trunkline/agent',
    metricsListen: { host: '::1', port: 9 },
    metricsWriteUrls: ['http://a:1/x', 'https://b/y'],
  })
})

test('tells all problems at once', () => {
  const env = {
    TRUNKLINE_AGENT_HOME: 'here',
    TRUNKLINE_AGENT_METRICS_LISTEN: '7482',
    TRUNKLINE_METRICS_WRITE_URL: 'ftp://a',
  }
  expect(() => readConfig(env)).toThrow(
    /AGENT_HOME must be an absolute path.*METRICS_LISTEN must look like.*WRITE_URL must be http/,
  )
})

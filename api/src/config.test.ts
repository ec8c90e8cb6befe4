import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

const least = { TRUNKLINE_HOME: '/tmp/h', TRUNKLINE_REPOSITORY_URL: 'postgres://t@localhost/t' }

test('takes defaults for what is not set, or empty', () => {
  expect(readConfig({ ...least, TRUNKLINE_LISTEN: '', PATH: '/bin' })).toEqual({
    home: '/tmp/h',
    repositoryUrl: 'postgres://t@localhost/t',
    listen: { host: '127.0.0.1', port: 7480 },
    agentListen: { host: '127.0.0.1', port: 7481 },
    publicUrl: new URL('http://127.0.0.1:7480'),
    dashboardDir: null,
    mail: null,
  })
})

test('reads addresses with names, IPv4 and IPv6, and mail receivers as a list', () => {
  const config = readConfig({
    ...least,
    TRUNKLINE_LISTEN: '[::]:80',
    TRUNKLINE_AGENT_LISTEN: 'db1.example.net:7481',
    TRUNKLINE_SMTP_URL: 'smtp://mail:25',
    TRUNKLINE_MAIL_FROM: 'a@example.net',
    TRUNKLINE_MAIL_TO: 'b@example.net, c@example.net',
  })
  expect(config.listen).toEqual({ host: '::', port: 80 })
  expect(config.agentListen.host).toBe('db1.example.net')
  expect(config.publicUrl.href).toBe('http://localhost/')
  expect(config.mail?.to).toEqual(['b@example.net', 'c@example.net'])
})

test('says all that is wrong in one error', () => {
  const wrong = {
    TRUNKLINE_REPOSITORY_URL: 'mysql://x',
    TRUNKLINE_LISTEN: '7480',
    TRUNKLINE_AGENT_LISTEN: 'localhost:99999',
    TRUNKLINE_SMTP_URL: 'mail.example.net',
  }
  expect(() => readConfig(wrong)).toThrow(
    [
      'TRUNKLINE_HOME is not set: the folder of keys and state',
      'TRUNKLINE_REPOSITORY_URL must be a URL that begins with postgres:// or postgresql://',
      'TRUNKLINE_LISTEN must be host:port, as in 127.0.0.1:7480',
      'TRUNKLINE_AGENT_LISTEN must be host:port, as in 127.0.0.1:7480',
      'TRUNKLINE_SMTP_URL must be a URL that begins with smtp:// or smtps://',
    ].join('\n'),
  )
})

test('wants sender and receivers with a mail server', () => {
  expect(() => readConfig({ ...least, TRUNKLINE_SMTP_URL: 'smtp://mail' })).toThrow(
    'TRUNKLINE_MAIL_FROM is needed with TRUNKLINE_SMTP_URL\nTRUNKLINE_MAIL_TO is needed with TRUNKLINE_SMTP_URL',
  )
})

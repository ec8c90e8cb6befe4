import { expect, test } from 'vitest'
import { parseMailbox } from './mail.ts'
import { parseSmtpUrl } from './smtp-server.ts'

test.each([
  ['smtp://127.0.0.1:2525', { host: '127.0.0.1', port: 2525, tls: 'opportunistic' }],
  ['smtp://mail.example.org', { port: 25, tls: 'opportunistic', auth: undefined }],
  ['smtps://u%40x:p%2Fw@mail.example.org', { port: 465, tls: 'implicit' }],
  ['smtp://u:p@mail.example.org:587', { port: 587, tls: 'required' }],
  ['smtp://u:p@localhost:587', { tls: 'opportunistic', auth: { user: 'u', pass: 'p' } }],
  ['smtp://u:p@mail.example.org?tls=none', { tls: 'none' }],
  ['smtp://[::1]:25', { host: '::1' }],
])('%s', (text, expected) => {
  expect(parseSmtpUrl(text)).toMatchObject(expected)
})

test('the password is decoded', () => {
  expect(parseSmtpUrl('smtps://u%40x:p%2Fw@h').auth).toEqual({ user: 'u@x', pass: 'p/w' })
})

test.each([
  'mail.example.org',
  'http://x',
  'smtp://',
  'smtp://u:secret@h?tls=maybe',
  'smtp://u:secret@h?x=1',
])('refuses %s in one sentence without the password', (text) => {
  expect(() => parseSmtpUrl(text)).toThrow(/^the SMTP address (?!.*secret)/)
})

test.each([
  ['a@example.org', { name: '', address: 'a@example.org' }],
  ['Night shift <noc+pg@example.org>', { name: 'Night shift', address: 'noc+pg@example.org' }],
])('mailbox %s', (text, expected) => {
  expect(parseMailbox(text)).toEqual(expected)
})

test.each([
  '',
  'a',
  'a@b, c@d',
  'a@b\r\nRCPT TO:<c@d>',
  'x <a@b> <c@d>',
  'group: a@b;',
  '"a b"@c',
  '<a@b',
  'N\nBcc: z <a@b>',
])('refuses %j as a mailbox', (text) => {
  expect(() => parseMailbox(text)).toThrow('is not one mail address')
})

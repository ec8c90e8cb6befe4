import { expect, test } from 'vitest'
import { parseConnectionUri } from './connection-uri.ts'

test('reads every part, decoded', () => {
  expect(parseConnectionUri('postgres://mo%40n:p%2Fw@db1:6432/sh%C3%B6p?sslmode=require')).toEqual({
    address: 'db1',
    port: 6432,
    database: 'shöp',
    user: 'mo@n',
    password: 'p/w',
    sslmode: 'require',
  })
})

test('fills in what libpq fills in', () => {
  expect(parseConnectionUri('postgresql://monitor@[::1]')).toEqual({
    address: '::1',
    port: 5432,
    database: 'monitor',
    user: 'monitor',
    password: null,
    sslmode: 'prefer',
  })
})

test.each([
  ['db1', 'it is not a URI'],
  ['mysql://u@db1/x', 'it does not begin with postgres://'],
  ['postgres://db1/x', 'it names no user'],
  ['postgres:///x', 'it names no host'],
  ['postgres://u@db1/x?sslmode=maybe', 'sslmode must be one of'],
  ['postgres://u@db1/x?options=-c', 'the parameter options is not supported'],
  ['postgres://u:%zz@db1/x', 'a % in it'],
])('refuses %s', (uri, why) => {
  expect(() => parseConnectionUri(uri)).toThrow(why)
})

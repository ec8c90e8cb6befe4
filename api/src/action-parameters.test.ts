import { runbooks } from '@trunkline/rules'
import { expect, test } from 'vitest'
import { checkParameters } from './action-parameters.ts'

const wanted = runbooks.terminateSession.parameters
const backend_start = '2026-11-20 12:00:00.123456+00'

test('keeps the microseconds of a time and makes digits a number', () => {
  expect(checkParameters(wanted, { backend_start, pid: '42' })).toEqual({ pid: 42, backend_start })
})

test('says all that is wrong at once', () => {
  expect(() => checkParameters(wanted, { pid: 1.5, backend_start: 'now', force: 'yes' })).toThrow(
    'parameters.force is not a parameter of this runbook; parameters.pid must be a whole number; ' +
      'parameters.backend_start must be a time with its zone, as in 2026-11-20T12:00:00.123456Z',
  )
  expect(() => checkParameters(wanted, { pid: 1 })).toThrow('parameters.backend_start is missing')
})

test('knows no parameter by inheritance', () => {
  expect(() => checkParameters({}, { toString: 'x' })).toThrow('is not a parameter')
  const inherited = { constructor: { type: 'text', description: 'c' } } as const
  expect(() => checkParameters({ ...inherited }, {})).toThrow('parameters.constructor is missing')
})

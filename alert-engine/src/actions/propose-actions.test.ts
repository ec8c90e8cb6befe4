import { expect, test } from 'vitest'
import { rules } from '@trunkline/rules'
import { proposeActions } from './propose-actions.ts'

test('fills the parameters from the row and keeps a timestamp as it came', () => {
  const row = { pid: 42, backend_start: '2026-01-02 03:04:05.123456+00' }
  expect(proposeActions(rules.idleInTransaction, row)).toEqual([
    { runbook: 'terminateSession', parameters: row },
  ])
})

test('leaves out a runbook whose column is null: an idle root has no query to cancel', () => {
  const row = {
    root_backend_start: new Date('2026-01-02T03:04:05.123Z'),
    cancel_pid: null,
    terminate_pid: 9,
  }
  expect(proposeActions(rules.rootBlocker, row)).toEqual([
    {
      runbook: 'terminateSession',
      parameters: { pid: 9, backend_start: '2026-01-02T03:04:05.123Z' },
    },
  ])
})

test.each([{ pid: 'x' }, { pid: 1.5 }, {}])('proposes nothing with pid %j', (row) => {
  expect(proposeActions(rules.idleInTransaction, { backend_start: 'now', ...row })).toEqual([])
})

test.each([
  [true, [{ runbook: 'startInstance', parameters: {} }]],
  [false, []],
  [null, []],
])(
  'a server is started when it is down, not when it merely does not let us in: %j',
  (is_down, proposed) => {
    expect(proposeActions(rules.instanceDown, { state: 'x', is_down })).toEqual(proposed)
  },
)

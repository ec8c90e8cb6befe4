import type { CaseRow, Proposal } from './rule.ts'

/** What may mend a chain of blocked sessions, for rules that say in `cancel_pid` or `terminate_pid` what its root does. */
export const endTheRoot = [
  {
    runbook: 'cancelQuery',
    parameters: { pid: 'cancel_pid', backend_start: 'root_backend_start' },
  },
  {
    runbook: 'terminateSession',
    parameters: { pid: 'terminate_pid', backend_start: 'root_backend_start' },
  },
] satisfies Proposal[]

/** For cases: session 10 waits for 9, which waits for nobody. */
export const tenWaitsForNine = {
  at: '0s',
  instance_id: 1,
  waiter_pid: 10,
  waiter_backend_start: '-60s',
  blocker_pid: 9,
  blocker_backend_start: '-60s',
  root_pid: 9,
  root_backend_start: '-60s',
} satisfies CaseRow

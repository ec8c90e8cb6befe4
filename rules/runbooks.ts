import type { Runbook, RunbookName } from './runbook.ts'
import { cancelQuery } from './runbooks/cancel-query.ts'
import { startInstance } from './runbooks/start-instance.ts'
import { terminateSession } from './runbooks/terminate-session.ts'

/** Every runbook that ships. */
export const runbooks = { cancelQuery, terminateSession, startInstance } satisfies Record<
  RunbookName,
  Runbook
>

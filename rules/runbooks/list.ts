// Made from the files beside it by `npm run generate -w rules`.
import type { Runbook } from '../runbook.ts'
import { cancelQuery } from './cancel-query.ts'
import { startInstance } from './start-instance.ts'
import { terminateSession } from './terminate-session.ts'

/** Every runbook that ships. */
export const runbooks = {
  cancelQuery,
  startInstance,
  terminateSession,
} satisfies Record<string, Runbook>

export type RunbookName = keyof typeof runbooks

// Made from the files beside it by `npm run generate -w rules`.
import { agentUnreachable } from './agent-unreachable.ts'
import { archivingFailing } from './archiving-failing.ts'
import { blockedSession } from './blocked-session.ts'
import { connectionUsage } from './connection-usage.ts'
import { filesystemUsage } from './filesystem-usage.ts'
import { idleInTransaction } from './idle-in-transaction.ts'
import { instanceDown } from './instance-down.ts'
import { instanceRestarted } from './instance-restarted.ts'
import { probeFailing } from './probe-failing.ts'
import { rootBlocker } from './root-blocker.ts'
import type { Rule } from './rule.ts'
import { slotInactive } from './slot-inactive.ts'
import { transactionIdWraparound } from './transaction-id-wraparound.ts'

/** Every rule that ships, by name, in the order of the catalogue. */
export const rules = {
  instanceDown,
  agentUnreachable,
  instanceRestarted,
  probeFailing,
  connectionUsage,
  idleInTransaction,
  blockedSession,
  rootBlocker,
  slotInactive,
  archivingFailing,
  transactionIdWraparound,
  filesystemUsage,
} satisfies Record<string, Rule>

export type RuleName = keyof typeof rules

import type { Command } from 'commander'
import { addActionCommands } from './actions.ts'
import { addAgentCommands } from './agents.ts'
import { addAlertCommands } from './alerts.ts'
import { addAuditCommands } from './audit.ts'
import { addChannelCommands } from './channels.ts'
import { addConfigCommands } from './config.ts'
import type { Cli } from './context.ts'
import { addDemoCommand } from './demo.ts'
import { addDoctorCommand } from './doctor.ts'
import { addInstanceCommands } from './instances.ts'
import { addNotificationCommands } from './notifications.ts'
import { addProbeCommands } from './probes.ts'
import { addRuleCommands } from './rules.ts'
import { addRunbookCommands } from './runbooks.ts'
import { addStatusCommand } from './status.ts'
import { addUpCommand } from './up.ts'
import { addUserCommands } from './users.ts'

/** Every group of commands, in the order the help shows them. */
export const groups: readonly ((program: Command, cli: Cli) => void)[] = [
  addUpCommand,
  addDemoCommand,
  addStatusCommand,
  addDoctorCommand,
  addConfigCommands,
  addInstanceCommands,
  addAgentCommands,
  addProbeCommands,
  addRuleCommands,
  addAlertCommands,
  addChannelCommands,
  addNotificationCommands,
  addRunbookCommands,
  addActionCommands,
  addUserCommands,
  addAuditCommands,
]

import { join } from 'node:path'
import type { ListSource } from '@trunkline/probes'

const command = 'npm run generate -w rules'

/** What `list.ts` is made from. */
export const ruleList = {
  folder: import.meta.dirname,
  type: 'Rule',
  typeFile: './rule.ts',
  name: 'rules',
  keyType: 'RuleName',
  says: 'Every rule that ships, by name, in the order of the catalogue.',
  command,
  orderBy: 'code',
} satisfies ListSource

/** What `runbooks/list.ts` is made from. */
export const runbookList = {
  folder: join(import.meta.dirname, 'runbooks'),
  type: 'Runbook',
  typeFile: '../runbook.ts',
  name: 'runbooks',
  keyType: 'RunbookName',
  says: 'Every runbook that ships.',
  command,
} satisfies ListSource

import { createPublicKey, verify } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Dispatch } from '@trunkline/api/agent-client'
import { homePaths } from '../identity/home.ts'
import { messageOf } from '../log.ts'
import { readAllowList, type AllowList } from './allow-list.ts'
import { parameterProblem, parseDocument, type RunbookDocument } from './runbook-document.ts'

export type Permit =
  | { kind: 'granted'; document: RunbookDocument; startCommands: AllowList['startCommands'] }
  | { kind: 'refused'; reason: string }

/**
 * Whether this host lets an action run. Everything is judged by what lies on this host: the key that came with enrolment
 * and the list of its owner. What the api says counts for nothing here.
 */
export async function permit(home: string, action: Dispatch, now: number): Promise<Permit> {
  const bytes = Buffer.from(action.document, 'base64')
  const refused = (reason: string) => ({ kind: 'refused', reason }) as const
  if (!(await isSigned(home, bytes, Buffer.from(action.signature, 'base64'))))
    return refused('The runbook is not signed with the key that this agent trusts.')
  const document = parseDocument(bytes)
  if (!document) return refused('This agent does not understand the runbook.')
  if (document.name !== action.runbook)
    return refused(`The signed runbook is "${document.name}", not "${action.runbook}".`)
  // Read each time: taking a name off the list counts at once.
  const allowed = await readAllowList(home).catch(messageOf)
  if (typeof allowed === 'string') return refused(allowed)
  if (!allowed.runbooks.includes(document.name)) return refused(notAllowed(document.name))
  if (!(Date.parse(action.startBefore) > now))
    return refused('It is too late to start this action.')
  const problem = parameterProblem(document, action.parameters)
  if (problem) return refused(problem)
  return { kind: 'granted', document, startCommands: allowed.startCommands }
}

async function isSigned(home: string, bytes: Buffer, signature: Buffer): Promise<boolean> {
  try {
    const key = createPublicKey(await readFile(homePaths(home).runbookKey, 'utf8'))
    return key.asymmetricKeyType === 'ed25519' && verify(null, bytes, key, signature)
  } catch {
    return false
  }
}

function notAllowed(name: string): string {
  return `The runbook "${name}" is not allowed on this host. Its owner can allow it there: npx trunkline agent allow ${name}`
}

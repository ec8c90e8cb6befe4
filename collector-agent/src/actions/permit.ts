import { createPublicKey, verify } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Dispatch } from '@trunkline/api/agent-client'
import { homePaths } from '../identity/home.ts'
import { messageOf } from '../log.ts'
import { parameterProblem, parseDocument, type RunbookDocument } from './runbook-document.ts'

export type Permit =
  | { kind: 'granted'; document: RunbookDocument }
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
  const notAllowed = await allowListProblem(home, document.name)
  if (notAllowed) return refused(notAllowed)
  if (!(Date.parse(action.startBefore) > now))
    return refused('It is too late to start this action.')
  const problem = parameterProblem(document, action.parameters)
  return problem ? refused(problem) : { kind: 'granted', document }
}

async function isSigned(home: string, bytes: Buffer, signature: Buffer): Promise<boolean> {
  try {
    const key = createPublicKey(await readFile(homePaths(home).runbookKey, 'utf8'))
    return key.asymmetricKeyType === 'ed25519' && verify(null, bytes, key, signature)
  } catch {
    return false
  }
}

/** The list is read each time: taking a name off it counts at once. */
async function allowListProblem(home: string, name: string): Promise<string | undefined> {
  const path = homePaths(home).allowList
  try {
    const { runbooks } = JSON.parse(await readFile(path, 'utf8')) as { runbooks?: unknown }
    if (Array.isArray(runbooks) && runbooks.includes(name)) return undefined
    return `The runbook "${name}" is not on the list of this host: add it to ${path}.`
  } catch (error) {
    return `The list of runbooks allowed on this host cannot be read: ${messageOf(error)}`
  }
}

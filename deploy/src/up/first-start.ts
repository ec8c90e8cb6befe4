import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '@trunkline/api/client'
import { allow } from '@trunkline/collector-agent/allow-list'
import { enrol } from '@trunkline/collector-agent/enrol'
import { runbooks } from '@trunkline/rules'
import { z } from 'zod'
import { answerOf } from '../api-access.ts'
import { waitFor } from './wait.ts'

/** Makes this machine agent 1 unless it is enrolled already; returns whether it did. */
export async function enrolLocalAgent(options: {
  home: string
  api: Client
  server: string
}): Promise<boolean> {
  const agentHome = join(options.home, 'agent')
  if (existsSync(join(agentHome, 'agent.json'))) return false
  const { token, caPin } = await answerOf(
    options.api['agent-tokens'].$post({ json: { ttlSeconds: 300 } }),
  )
  // The operator of this machine has just started the product on it, so its own runbooks may run here.
  await allow(agentHome, { runbooks: Object.keys(runbooks) })
  await enrol({ server: options.server, token, caPin, home: agentHome })
  return true
}

const setupSchema = z.object({ embeddedInstanceId: z.int() })

export interface RepositoryToRegister {
  home: string
  api: Client
  monitorUrl: string
  actorUrl: string
  signal: AbortSignal
}

/**
 * Makes the embedded repository instance 1, once: who removes it later does not get it back at the next start. When its
 * port has changed since, it is added anew; an instance at the old port would be shown as down.
 */
export async function registerRepository(
  options: RepositoryToRegister,
): Promise<string | undefined> {
  const path = join(options.home, 'setup.json')
  const registeredId = readRegisteredId(path)
  const { items } = await answerOf(options.api.instances.$get())
  const { hostname, port } = new URL(options.monitorUrl)
  const here = items.find((item) => item.address === hostname && item.port === Number(port))
  const registered = items.find((item) => item.id === registeredId)
  if (registeredId !== undefined && (here !== undefined || registered === undefined))
    return undefined
  if (registered)
    await answerOf(options.api.instances[':id'].$delete({ param: { id: String(registered.id) } }))
  const { id } = here ?? (await add(options))
  writeFileSync(`${path}.new`, JSON.stringify({ embeddedInstanceId: id }), { mode: 0o600 })
  renameSync(`${path}.new`, path)
  const moved = registered ? `, now at port ${port},` : ''
  return `the embedded repository${moved} is instance ${String(id)}`
}

/** The agent needs a moment to come to its work, so refusals for want of an agent are asked again. */
function add({ api, monitorUrl, actorUrl, signal }: RepositoryToRegister) {
  const json = { uri: monitorUrl, actorUri: actorUrl, name: 'trunkline' }
  return waitFor({
    ask: () => answerOf(api.instances.$post({ json })),
    timeoutMs: 40_000,
    everyMs: 500,
    signal,
    failure: (last) => `The embedded repository could not be added as an instance: ${last}`,
  })
}

function readRegisteredId(path: string): number | undefined {
  if (!existsSync(path)) return undefined
  return setupSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data?.embeddedInstanceId
}

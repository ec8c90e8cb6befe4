import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '@trunkline/api/client'
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
  allowShippedRunbooks(agentHome)
  await enrol({ server: options.server, token, caPin, home: agentHome })
  return true
}

/** The operator of this machine has just started the product on it, so its own runbooks may run here; to refuse one, delete its line. */
function allowShippedRunbooks(agentHome: string): void {
  mkdirSync(agentHome, { recursive: true, mode: 0o700 })
  const path = join(agentHome, 'allow-list.json')
  writeFileSync(path, `${JSON.stringify({ runbooks: Object.keys(runbooks) }, null, 2)}\n`, {
    mode: 0o600,
  })
}

const setupSchema = z.object({ embeddedInstanceId: z.int() })

/**
 * Makes the embedded repository instance 1, once: who removes it later does not get it back at the next start.
 * The agent needs a moment to come to its work, so refusals for want of an agent are asked again.
 */
export async function registerRepository(options: {
  home: string
  api: Client
  monitorUrl: string
  actorUrl: string
  signal: AbortSignal
}): Promise<string | undefined> {
  const path = join(options.home, 'setup.json')
  if (isDone(path)) return undefined
  const { items } = await answerOf(options.api.instances.$get())
  const { hostname, port } = new URL(options.monitorUrl)
  const known = items.find((item) => item.address === hostname && item.port === Number(port))
  const body = { uri: options.monitorUrl, actorUri: options.actorUrl, name: 'trunkline' }
  const added =
    known ??
    (await waitFor({
      ask: () => answerOf(options.api.instances.$post({ json: body })),
      timeoutMs: 40_000,
      everyMs: 500,
      signal: options.signal,
      failure: (last) => `The embedded repository could not be added as an instance: ${last}`,
    }))
  writeFileSync(`${path}.new`, JSON.stringify({ embeddedInstanceId: added.id }), { mode: 0o600 })
  renameSync(`${path}.new`, path)
  return `the embedded repository is instance ${String(added.id)}`
}

function isDone(path: string): boolean {
  if (!existsSync(path)) return false
  return setupSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).success
}

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AlertDetail, Client } from '@trunkline/api/client'
import postgres from 'postgres'
import { answerOf } from '../../src/api-access.ts'

export interface Incidents {
  api: Client
  instanceId: number
  shopUrl: string
  /** No new incident is made after this. */
  until: AbortSignal
}

/** One fault and its repair: the session that was left idle in its transaction, and the action that ended it. */
export interface Incident {
  pid: number
  alertId: string
  actionId: string
}

/**
 * Three times at once, one fault after the other: each is repaired through its alert, however often a part of the
 * stack dies meanwhile.
 */
export async function makeIncidents(given: Incidents): Promise<Incident[]> {
  const lanes = [1, 2, 3].map(async (product) => {
    const incidents: Incident[] = []
    while (!given.until.aborted) incidents.push(await makeIncident(given, product))
    return incidents
  })
  return (await Promise.all(lanes)).flat()
}

async function makeIncident(given: Incidents, product: number): Promise<Incident> {
  const sql = postgres(given.shopUrl, {
    max: 1,
    onnotice: () => undefined,
    connection: { application_name: 'checkout' },
  })
  try {
    const session = await sql.reserve()
    const [row] = await session<{ pid: number }[]>`select pg_backend_pid() as pid`
    const pid = row?.pid ?? 0
    await session`begin`
    await session`update product set stock = stock - 1 where id = ${product}`
    const alert = await stubbornly(() => openAlert(given, pid))
    const actionId = await endSession(given, alert)
    return { pid, alertId: alert.id, actionId }
  } finally {
    await sql.end({ timeout: 0 }).catch(() => undefined)
  }
}

async function openAlert(given: Incidents, pid: number): Promise<AlertDetail | undefined> {
  const query = { state: 'firing', instance: String(given.instanceId) } as const
  const { items } = await answerOf(given.api.alerts.$get({ query }))
  const open = items.find(
    (item) => item.rule === 'idleInTransaction' && Number(item.labels['pid']) === pid,
  )
  if (open === undefined) return undefined
  return answerOf(given.api.alerts[':id'].$get({ param: { id: open.id } }))
}

/** The same key at each try: however often the answer is lost, it is one action. */
async function endSession(given: Incidents, alert: AlertDetail): Promise<string> {
  const offered = alert.runbooks.find(({ runbook }) => runbook === 'terminateSession')
  if (offered === undefined) throw new Error('the alert offers no runbook to end the session')
  const header = { 'idempotency-key': randomUUID() }
  const json = {
    runbook: offered.runbook,
    parameters: offered.parameters,
    instanceId: given.instanceId,
    dryRun: false,
    alertId: alert.id,
  }
  const { id } = await stubbornly(() => answerOf(given.api.actions.$post({ json, header })))
  await stubbornly(async () => {
    const { state } = await answerOf(given.api.actions[':id'].$get({ param: { id } }))
    return ['proposed', 'queued', 'dispatched', 'running'].includes(state) ? undefined : true
  })
  return id
}

/** Asks until there is an answer; a part that was killed is back within seconds. */
async function stubbornly<T>(ask: () => Promise<T | undefined>): Promise<T> {
  const giveUpAt = performance.now() + 90_000
  for (;;) {
    const answer = await ask().catch((error: Error) => error)
    if (answer !== undefined && !(answer instanceof Error)) return answer
    if (performance.now() > giveUpAt) {
      throw new Error('no answer within 90 s', { cause: answer })
    }
    await sleep(250)
  }
}

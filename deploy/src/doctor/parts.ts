import type { Client, Overview } from '@trunkline/api/client'
import { answerOf } from '../api-access.ts'
import { bad, good, type Finding } from './finding.ts'

const lateSeconds = 30

/** What the running parts say of themselves, through the api. */
export async function checkParts(api: Client, url: string): Promise<Finding[]> {
  const readiness = await checkReadiness(url)
  if (readiness.ok === false) return [readiness]
  const overview = await answerOf(api.overview.$get())
  return [
    readiness,
    checkEngine(overview.engine),
    ...checkAgents(overview.agents),
    ...checkInstances(overview.instances),
    await checkDeadMessages(api),
  ]
}

async function checkReadiness(url: string): Promise<Finding> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) })
    if (response.ok) return good('api', `ready at ${url}; the repository answers`)
    const log = 'Read log/api.log and log/repository.log in the home.'
    return bad(
      'api',
      `answers ${String(response.status)}: ${(await response.text()).slice(0, 300)}`,
      log,
    )
  } catch {
    return bad('api', `does not answer at ${url}`, 'npx trunkline up')
  }
}

function checkEngine(engine: Overview['engine']): Finding {
  const log = 'Read log/engine.log in the home.'
  if (engine.leader === null) return bad('engine', 'no engine leads: rules are not evaluated', log)
  if (engine.behindSeconds === null || engine.behindSeconds > lateSeconds)
    return bad(
      'engine',
      `${engine.leader} leads but last evaluated ${String(engine.behindSeconds ?? 'never')} s ago`,
      log,
    )
  return good(
    'engine',
    `${engine.leader} leads, evaluated ${engine.behindSeconds.toFixed(0)} s ago`,
  )
}

function checkAgents(agents: Overview['agents']): Finding[] {
  if (agents.length === 0)
    return [bad('agent', 'no agent is enrolled', 'npx trunkline agent token')]
  return agents.map((agent) => {
    const check = `agent ${agent.name}`
    if (agent.state !== 'ok')
      return bad(
        check,
        `last heard of ${agent.lastSeenAt ?? 'never'}`,
        `On ${agent.host.name}: npx trunkline agent run`,
      )
    const waiting = agent.spoolOldestSeconds ?? 0
    if (waiting > lateSeconds)
      return bad(
        check,
        `its oldest sample waits ${waiting.toFixed(0)} s to be sent`,
        'Read log/agent.log in its home.',
      )
    const dropped = agent.droppedSamples ?? 0
    if (dropped > 0)
      return bad(
        check,
        `${String(dropped)} samples were dropped since it started`,
        'Its spool was full: see how long the api was away.',
      )
    return good(check, 'alive, nothing waits in its spool')
  })
}

function checkInstances(instances: Overview['instances']): Finding[] {
  return instances.map((one) => {
    const check = `instance ${one.name}`
    const fix = `npx trunkline instance show ${String(one.id)}`
    if (one.health !== 'ok') return bad(check, `its data is ${one.health.replace('_', ' ')}`, fix)
    if (one.state !== 'up')
      return bad(check, `${one.state}: ${one.stateReason ?? 'no reason given'}`, fix)
    return good(check, `up, data ${(one.dataAgeSeconds ?? 0).toFixed(0)} s old`)
  })
}

async function checkDeadMessages(api: Client): Promise<Finding> {
  const { items } = await answerOf(api.notifications.$get({ query: { state: 'dead' } }))
  const [first] = items
  if (first === undefined) return good('messages', 'none was given up')
  const says = `${String(items.length)} were given up, the newest: ${first.lastError ?? 'no reason given'}`
  return bad('messages', says, `npx trunkline notification retry ${first.id}`)
}

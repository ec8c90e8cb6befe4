import { setTimeout as sleep } from 'node:timers/promises'
import type { AgentRequest, Dispatch } from '@trunkline/api/agent-client'
import { answerOf, ApiError } from './identity/answer.ts'
import type { Api } from './identity/api.ts'
import { messageOf, type Log } from './log.ts'
import { createBackoff } from './sinks/backoff.ts'

export interface WorkOptions {
  api: Api
  signal: AbortSignal
  log: Log
  /** Version of the configuration in use. */
  configVersion: () => string | undefined
  /** There is another configuration. */
  refreshConfig: () => Promise<void>
  answer: (request: AgentRequest) => Promise<void>
  act: (action: Dispatch) => Promise<void>
}

const waitSeconds = 25

/** Asks the api what there is to do, over and over; it answers as soon as there is something. */
export async function pollWork(options: WorkOptions): Promise<void> {
  const { api, signal, log } = options
  const backoff = createBackoff(signal)
  const underWay = new Map<string, Promise<void>>()
  let isAway = false

  /** Starts what is new, and tells whether anything was: the api repeats what it has no news of. */
  function start(id: string, work: () => Promise<void>): boolean {
    if (underWay.has(id)) return false
    const done = work()
      .catch((error: unknown) => log('work_failed', { id, error: messageOf(error) }))
      .finally(() => underWay.delete(id))
    underWay.set(id, done)
    return true
  }

  async function poll(): Promise<void> {
    const version = options.configVersion()
    const query = { wait: String(waitSeconds), ...(version === undefined ? {} : { version }) }
    const work = await answerOf(api.client.work.$get({ query }, { init: { signal } }))
    if (isAway) log('api_back')
    isAway = false
    backoff.reset()
    const started = [
      ...work.requests.map((request) => start(request.id, () => options.answer(request))),
      ...work.actions.map((action) => start(action.actionId, () => options.act(action))),
    ]
    const hasNewConfig = work.configVersion !== version
    if (hasNewConfig) await options.refreshConfig()
    const isRepeat = !hasNewConfig && started.length > 0 && !started.includes(true)
    if (isRepeat) await sleep(250, undefined, { signal }).catch(() => undefined)
  }

  while (!signal.aborted) {
    try {
      await poll()
    } catch (error) {
      if (signal.aborted) break
      if (!isAway) log('api_away', { error: messageOf(error) })
      isAway = true
      await backoff.wait(error instanceof ApiError ? error.retryAfterMs : undefined)
    }
  }
  await Promise.all(underWay.values())
}

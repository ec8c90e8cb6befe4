import { setTimeout as sleep } from 'node:timers/promises'
import type { Heartbeat } from '@trunkline/api/agent-client'
import { answerOf } from './identity/answer.ts'
import type { Api } from './identity/api.ts'

const everyMs = 10_000

/** Tells the api that this agent is alive, until the signal is aborted. That it cannot be told is seen by others. */
export async function sendHeartbeats(options: {
  api: Api
  signal: AbortSignal
  heartbeat: () => Omit<Heartbeat, 'sentAt'>
}): Promise<void> {
  const { api, signal, heartbeat } = options
  while (!signal.aborted) {
    const json = { ...heartbeat(), sentAt: new Date().toISOString() }
    await answerOf(api.client.heartbeat.$post({ json }, { init: { signal } })).catch(
      () => undefined,
    )
    await sleep(everyMs, undefined, { signal }).catch(() => undefined)
  }
}

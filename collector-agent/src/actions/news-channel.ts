import type { ActionNews, Dispatch } from '@trunkline/api/agent-client'
import { answerOf, ApiError } from '../identity/answer.ts'
import type { Api } from '../identity/api.ts'
import { messageOf } from '../log.ts'
import { createBackoff } from '../sinks/backoff.ts'
import type { Finished } from './journal.ts'

/** Tells the api how an action goes, again and again until the api has it. */
export interface NewsChannel {
  /** Whether it may start: only the api's clear word, given in time, is a yes. */
  started(action: Dispatch): Promise<{ kind: 'yes' } | { kind: 'no'; reason: string }>
  finished(id: string, result: Finished): Promise<void>
}

export function createNewsChannel(api: Api, signal: AbortSignal): NewsChannel {
  const tell = (id: string, json: ActionNews) =>
    answerOf(api.client.actions[':id'].news.$post({ param: { id }, json }, { init: { signal } }))

  return {
    async started({ actionId, startBefore }) {
      const backoff = createBackoff(signal)
      while (Date.now() < Date.parse(startBefore) && !signal.aborted) {
        try {
          await tell(actionId, { kind: 'started', at: new Date().toISOString() })
          return { kind: 'yes' }
        } catch (error) {
          if (isFinal(error)) return { kind: 'no', reason: messageOf(error) }
          await backoff.wait()
        }
      }
      return { kind: 'no', reason: 'The api could not be asked in time.' }
    },
    async finished(id, result) {
      const backoff = createBackoff(signal)
      for (;;) {
        signal.throwIfAborted()
        try {
          await tell(id, result)
          return
        } catch (error) {
          // The api knows a different end already, or no such action: there is nothing more to tell.
          if (isFinal(error)) return
          await backoff.wait()
        }
      }
    },
  }
}

/** An answer that will be the same the next time. 401 and 403 are not: a certificate is being renewed. */
function isFinal(error: unknown): boolean {
  return error instanceof ApiError && [400, 404, 409, 410, 413, 422].includes(error.status)
}

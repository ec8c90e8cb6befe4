import type { Sample } from '@trunkline/api/agent-client'
import { answerOf, ApiError } from '../identity/answer.ts'
import type { Api } from '../identity/api.ts'
import { messageOf, type Log } from '../log.ts'
import { decodeTaken } from '../sample.ts'
import type { SpoolRecord } from '../spool/record.ts'
import type { Answer } from './deliver.ts'
import type { Sink } from './drain.ts'

export interface ApiSinkOptions {
  api: Api
  spoolId: string
  log: Log
  onRefused: (count: number) => void
}

// What a body may hold, before it is compressed.
const limits = { records: 200, bytes: 1024 * 1024 }

/** Brings samples to the api. Repeating a batch changes nothing there: it knows the spool and the sequences. */
export function createApiSink({ api, spoolId, log, onRefused }: ApiSinkOptions): Sink<Sample> {
  return {
    limits,
    maxItems: limits.records,
    itemsOf: samplesOf,
    async send(samples) {
      try {
        const json = { spoolId, samples: [...samples] }
        const { refused } = await answerOf(api.client.samples.$post({ json }))
        onRefused(refused.length)
        for (const { sequence, reason } of refused.slice(0, 5))
          log('sample_refused', { sequence, reason })
        return { kind: 'taken' }
      } catch (error) {
        const answer = answerToError(error)
        // An api that refuses an empty batch too refuses everything: the sample is not to blame.
        const isDoubtful = answer.kind === 'poison' && samples.length === 1
        return isDoubtful && !(await takesNothing(api, spoolId))
          ? { ...answer, kind: 'retry' }
          : answer
      }
    },
  }
}

async function takesNothing(api: Api, spoolId: string): Promise<boolean> {
  const asked = api.client.samples.$post({ json: { spoolId, samples: [] } })
  return asked.then(
    ({ ok }) => ok,
    () => false,
  )
}

function samplesOf(records: readonly SpoolRecord[]): Sample[] {
  return records.flatMap(({ sequence, payload }) => {
    const sample = decodeTaken(payload)?.sample
    return sample ? [{ ...sample, sequence }] : []
  })
}

/** A body that is wrong in itself: too large, or not as agreed. All else may become right. */
const poisonStatuses = new Set([400, 413, 415, 422])

function answerToError(error: unknown): Answer {
  const reason = messageOf(error)
  if (!(error instanceof ApiError)) return { kind: 'retry', reason }
  if (poisonStatuses.has(error.status)) return { kind: 'poison', reason }
  return { kind: 'retry', reason, afterMs: error.retryAfterMs }
}

import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { pointsOf, type Probe } from '@trunkline/probes'
import { retryAfterMs } from '../identity/answer.ts'
import { messageOf } from '../log.ts'
import { decodeTaken } from '../sample.ts'
import type { SpoolRecord } from '../spool/record.ts'
import type { Answer } from './deliver.ts'
import type { Sink } from './drain.ts'
import type { Poster, Reply } from './http-post.ts'
import { otlpBytes, rejectedIn, type MetricPoint } from './otlp-bytes.ts'

export interface OtlpSinkOptions {
  probes: Record<string, Probe>
  poster: Poster
  onRejected: (count: number, message: string) => void
}

const limits = { records: 200, bytes: 1024 * 1024 }
/** Prometheus reads no more than 32 MiB of a body and refuses it whole for one bad point. */
const maxPoints = 5_000
/** Prometheus answers 500 also for data that is wrong: after so many, it is looked at in parts. */
const triesOn500 = 3

const compress = promisify(gzip)

/** Brings the numbers of samples to a metrics store by OTLP over HTTP. */
export function createOtlpSink({ probes, poster, onRejected }: OtlpSinkOptions): Sink<MetricPoint> {
  let serverErrors = 0

  async function post(points: readonly MetricPoint[]): Promise<Reply> {
    const body = await compress(otlpBytes(points))
    return poster.post(body, {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'gzip',
    })
  }

  /**
   * A single point is not blamed at once: a store that refuses an empty request too refuses everything, and one that
   * takes the point now has been mended meanwhile.
   */
  async function secondOpinion(
    points: readonly MetricPoint[],
    later: Extract<Answer, { kind: 'retry' }>,
  ): Promise<Answer> {
    const poison: Answer = { kind: 'poison', reason: later.reason }
    if (points.length > 1) return poison
    if (!isGood(await post([]))) return later
    const again = await post(points)
    return isGood(again) ? taken(again) : poison
  }

  function taken({ body }: Reply): Answer {
    serverErrors = 0
    const { count, message } = rejectedIn(body)
    if (count > 0) onRejected(count, message)
    return { kind: 'taken' }
  }

  async function answerTo(reply: Reply, points: readonly MetricPoint[]): Promise<Answer> {
    if (isGood(reply)) return taken(reply)
    const reason = reasonOf(reply)
    const later = { kind: 'retry' as const, reason, afterMs: retryAfterMs(reply.retryAfter) }
    if (reply.status === 500) {
      serverErrors += 1
      if (serverErrors % triesOn500 !== 0) return later
    } else if (!poisonStatuses.has(reply.status)) return later
    return secondOpinion(points, later)
  }

  return {
    limits,
    maxItems: maxPoints,
    itemsOf: (records) => pointsIn(records, probes),
    async send(points) {
      try {
        return await answerTo(await post(points), points)
      } catch (error) {
        return { kind: 'retry', reason: messageOf(error) }
      }
    },
  }
}

// What is wrong with the body. A wrong address or a lack of rights is somebody's to mend, and no reason to lose data.
const poisonStatuses = new Set([400, 413, 415, 422])

function isGood({ status }: Reply): boolean {
  return status >= 200 && status < 300
}

function reasonOf({ status, body }: Reply): string {
  const says = body.subarray(0, 300).toString().toWellFormed().replaceAll(/\s+/g, ' ').trim()
  const hint =
    status === 404
      ? ' The address is used exactly as given: it must end with the path for metrics.'
      : ''
  return `The store answered ${status}${says ? `: ${says}` : '.'}${hint}`
}

function pointsIn(records: readonly SpoolRecord[], probes: Record<string, Probe>): MetricPoint[] {
  return records.flatMap(({ payload }) => {
    const taken = decodeTaken(payload)
    const probe = taken && probes[taken.sample.probe]
    if (!probe) return []
    return pointsOf(probe, taken.sample, taken.attributes).flatMap(({ points, ...metric }) =>
      points.map((point) => ({ metric, point })),
    )
  })
}

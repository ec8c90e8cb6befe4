import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

export interface Reply {
  status: number
  retryAfter: string | undefined
  body: Buffer
}

export interface Poster extends Disposable {
  /** Sends a body and reads the answer, all by the deadline. */
  post(body: Uint8Array, headers: Record<string, string>): Promise<Reply>
}

const deadlineMs = 15_000
const replyLimitBytes = 64 * 1024

/** Posts to one address over a connection that is kept. Credentials in the address are sent as basic authentication. */
export function createPoster(url: URL): Poster {
  const isSecure = url.protocol === 'https:'
  const agent = isSecure
    ? new HttpsAgent({ keepAlive: true, maxSockets: 2 })
    : new HttpAgent({ keepAlive: true, maxSockets: 2 })
  const request = isSecure ? httpsRequest : httpRequest
  return {
    async post(body, headers) {
      const answered = Promise.withResolvers<IncomingMessage>()
      const signal = AbortSignal.timeout(deadlineMs)
      const outgoing = request(url, { agent, method: 'POST', headers, signal })
      outgoing.on('response', answered.resolve).on('error', answered.reject)
      outgoing.setHeader('content-length', body.length)
      outgoing.end(body)
      const incoming = await answered.promise
      return {
        status: incoming.statusCode ?? 0,
        retryAfter: incoming.headers['retry-after'],
        body: await readReply(incoming),
      }
    },
    [Symbol.dispose]: () => agent.destroy(),
  }
}

/** Reads to the end, so that the connection can be used again, but keeps only the beginning. */
async function readReply(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    if (size < replyLimitBytes) chunks.push(chunk)
    size += chunk.length
  }
  return Buffer.concat(chunks).subarray(0, replyLimitBytes)
}

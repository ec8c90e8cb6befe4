import { Agent, request } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { checkServerIdentity } from 'node:tls'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

export interface TlsFetchOptions {
  /** The certificate authority of the api, PEM. */
  ca: string | Buffer
  cert?: string | Buffer
  key?: string | Buffer
  /** Longest time of one call, its body included. Longer than a long poll waits. */
  deadlineMs?: number
}

/** The name in the api's certificate, whatever address it is reached by: its authority signs no other server. */
export const serverName = 'trunkline-api'

const gzipBody = promisify(gzip)
const gzipFromBytes = 1_024
const answerLimitBytes = 16 * 1_024 * 1_024

/** A `fetch` with a client certificate and an authority of our own, which Node's own has no options for. */
export function createTlsFetch(options: TlsFetchOptions) {
  const { ca, cert, key, deadlineMs = 35_000 } = options
  const agent = new Agent({
    ca,
    ...(cert && key ? { cert, key } : {}),
    keepAlive: true,
    maxSockets: 8,
    minVersion: 'TLSv1.3',
    checkServerIdentity: (_, certificate) => checkServerIdentity(serverName, certificate),
  })
  const tlsFetch: typeof fetch = async (input, init) => {
    const deadline = AbortSignal.timeout(deadlineMs)
    const signal = init?.signal ? AbortSignal.any([deadline, init.signal]) : deadline
    return send({ agent, url: urlOf(input), init: init ?? {}, signal })
  }
  return { fetch: tlsFetch, close: () => agent.destroy() }
}

function urlOf(input: string | URL | Request): URL {
  return new URL(input instanceof Request ? input.url : input)
}

interface Sending {
  agent: Agent
  url: URL
  init: RequestInit
  signal: AbortSignal
}

async function send({ agent, url, init, signal }: Sending): Promise<Response> {
  const headers = Object.fromEntries(new Headers(init.headers))
  let body = typeof init.body === 'string' ? Buffer.from(init.body) : undefined
  if (body && body.length >= gzipFromBytes) {
    body = await gzipBody(body)
    headers['content-encoding'] = 'gzip'
  }
  if (body) headers['content-length'] = String(body.length)
  signal.throwIfAborted()
  const answered = Promise.withResolvers<IncomingMessage>()
  const outgoing = request(url, { agent, method: init.method ?? 'GET', headers, signal })
  outgoing.on('response', answered.resolve).on('error', answered.reject)
  outgoing.end(body)
  const incoming = await answered.promise
  return new Response(await readAll(incoming), {
    status: incoming.statusCode ?? 500,
    headers: plainHeaders(incoming),
  })
}

async function readAll(incoming: IncomingMessage): Promise<ArrayBuffer | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > answerLimitBytes)
      throw new Error(`the answer is longer than ${answerLimitBytes} bytes`)
    chunks.push(chunk)
  }
  // A copy, since a Buffer may be a view of Node's pool.
  return size === 0 ? null : Uint8Array.from(Buffer.concat(chunks)).buffer
}

function plainHeaders(incoming: IncomingMessage): [string, string][] {
  return Object.entries(incoming.headersDistinct).flatMap(([name, values]) =>
    (values ?? []).map((value): [string, string] => [name, value]),
  )
}

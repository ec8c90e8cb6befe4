import {
  createServer as createHttpServer,
  type RequestListener,
  type Server as HttpServer,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import type { ServerCredentials } from './agents/server-certificate.ts'
import type { Address } from './config.ts'

export interface Listener extends AsyncDisposable {
  port: number
}

export interface TlsListener extends Listener {
  /** What connections from now on are shown; those there are go on as they began. */
  show: (credentials: ServerCredentials) => void
}

interface Listening {
  address: Address
  /** Named in the error when the port is taken. */
  setting: string
  fetch: (request: Request, env: HttpBindings) => Response | Promise<Response>
}

/** Pages hold a stream each, agents a long poll and a few more. */
const mostConnections = { users: 2_000, agents: 10_000 }
const graceMs = 2_000
const limits = {
  // Slow senders of headers or bodies are cut; a long poll waits in the answer, which has no such limit.
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5_000,
}

/** Serves an app until disposed: then nothing new is taken, and what is under way has two seconds. */
export async function listen(wanted: Listening): Promise<Listener> {
  const server = createHttpServer(limits, handlerOf(wanted))
  server.maxConnections = mostConnections.users
  return serve(server, wanted)
}

/** The same over TLS. It asks for a client certificate of the authority `ca`, which the app then judges. */
export async function listenTls(
  wanted: Listening & { tls: ServerCredentials & { ca: string } },
): Promise<TlsListener> {
  const { tls } = wanted
  const server = createHttpsServer({ ...limits, ...tls, ...mutual }, handlerOf(wanted))
  server.maxConnections = mostConnections.agents
  const listener = await serve(server, wanted)
  const show = (credentials: ServerCredentials) =>
    server.setSecureContext({ ...tls, ...credentials, minVersion: mutual.minVersion })
  return { ...listener, show }
}

function handlerOf({ fetch }: Listening): RequestListener {
  // The app is called with Node's own request and response as its bindings.
  const handle = getRequestListener((request, env) => fetch(request, env as HttpBindings), {
    overrideGlobalObjects: false,
  })
  // It answers errors itself.
  return (incoming, outgoing) => void handle(incoming, outgoing)
}

async function serve(server: HttpServer, { address, setting }: Listening): Promise<Listener> {
  await opened(server, address, setting)
  const { port } = server.address() as AddressInfo // it listens on TCP
  return { port, [Symbol.asyncDispose]: () => close(server) }
}

const mutual = {
  minVersion: 'TLSv1.3',
  requestCert: true,
  // Enrolling needs no certificate; every other route looks at the socket and refuses what was not verified.
  rejectUnauthorized: false,
} as const

function opened(server: HttpServer, { host, port }: Address, setting: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', (cause: NodeJS.ErrnoException) => {
    const why =
      cause.code === 'EADDRINUSE' ? 'another program listens there' : `it cannot: ${cause.message}`
    reject(
      new Error(`Cannot listen on ${host}:${port}: ${why}; set ${setting} to another address.`, {
        cause,
      }),
    )
  })
  server.listen({ port, ...(host === '*' ? {} : { host }) }, resolve)
  return promise
}

async function close(server: HttpServer): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), graceMs)
  await promise
  clearTimeout(timer)
}

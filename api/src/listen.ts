import type { AddressInfo } from 'node:net'
import { createServer as createHttpsServer } from 'node:https'
import { createAdaptorServer, type HttpBindings, type ServerType } from '@hono/node-server'
import type { Address } from './config.ts'

export interface Listener extends AsyncDisposable {
  port: number
}

interface Listening {
  address: Address
  /** Named in the error when the port is taken. */
  setting: string
  fetch: (request: Request, env: HttpBindings) => Response | Promise<Response>
  /** With it, the listener speaks TLS and asks for a client certificate, which the app then judges. */
  tls?: { key: string; cert: string; ca: string }
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
export async function listen({ address, setting, fetch, tls }: Listening): Promise<Listener> {
  const server = createAdaptorServer({
    // The app is called with Node's own request and response as its bindings.
    fetch: (request, env) => fetch(request, env as HttpBindings),
    overrideGlobalObjects: false,
    ...(tls
      ? {
          createServer: createHttpsServer,
          serverOptions: { ...limits, ...tls, ...mutual },
        }
      : { serverOptions: limits }),
  })
  if ('maxConnections' in server) server.maxConnections = mostConnections[tls ? 'agents' : 'users']
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

function opened(server: ServerType, { host, port }: Address, setting: string): Promise<void> {
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

async function close(server: ServerType): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  if (!('closeAllConnections' in server)) return promise
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), graceMs)
  await promise
  clearTimeout(timer)
}

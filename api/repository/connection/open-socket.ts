import { connect, type Socket } from 'node:net'
import { checkServerIdentity, connect as connectTls, type ConnectionOptions } from 'node:tls'
import type { Endpoint } from './repository-url.ts'

const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/** A connected socket to a PostgreSQL server, in TLS as `sslmode` asks for, before the first message. */
export async function openSocket(endpoint: Endpoint, signal: AbortSignal): Promise<Socket> {
  if (endpoint.sslmode === 'disable' || endpoint.host.startsWith('/')) {
    return openPlain(endpoint, signal)
  }
  try {
    return await openSecure(endpoint, signal)
  } catch (error) {
    if (endpoint.sslmode !== 'prefer' || !(error instanceof TlsFailed)) throw error
    return openPlain(endpoint, signal)
  }
}

class TlsFailed extends Error {}

async function openPlain({ host, port }: Endpoint, signal: AbortSignal): Promise<Socket> {
  // noDelay: postgres.js leaves Nagle's algorithm on, which costs 40 ms a round trip of several small writes.
  const socket = host.startsWith('/')
    ? connect({ path: `${host}/.s.PGSQL.${port}` })
    : connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000 })
  return until(socket, 'connect', signal)
}

async function openSecure(endpoint: Endpoint, signal: AbortSignal): Promise<Socket> {
  const plain = await openPlain(endpoint, signal)
  if (!(await agreesToTls(plain, signal))) {
    if (endpoint.sslmode === 'prefer') return plain
    plain.destroy()
    throw new Error(`the server does not offer TLS, but sslmode=${endpoint.sslmode} demands it`)
  }
  try {
    return await until(connectTls(tlsOptions(endpoint, plain)), 'secureConnect', signal)
  } catch (error) {
    throw new TlsFailed(`TLS failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

async function agreesToTls(plain: Socket, signal: AbortSignal): Promise<boolean> {
  let answer: Buffer = Buffer.alloc(0)
  plain.once('data', (bytes: Buffer) => (answer = bytes))
  const answered = until(plain, 'data', signal)
  plain.write(sslRequest)
  await answered
  // More than one byte here would be text smuggled in front of the encryption (CVE-2021-23222).
  if (answer.length === 1 && (answer[0] === 0x53 || answer[0] === 0x4e)) return answer[0] === 0x53
  plain.destroy()
  throw new Error('the server did not answer the request for TLS as PostgreSQL does')
}

function tlsOptions(
  { host, sslmode, rootCertificate }: Endpoint,
  socket: Socket,
): ConnectionOptions {
  return {
    socket,
    rejectUnauthorized: sslmode.startsWith('verify'),
    ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
    ...(rootCertificate === null || rootCertificate === 'system' ? {} : { ca: rootCertificate }),
    checkServerIdentity: (_name, certificate) =>
      sslmode === 'verify-full' ? checkServerIdentity(host, certificate) : undefined,
  }
}

function until<T extends Socket>(socket: T, event: string, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const done = (error?: unknown): void => {
      socket.off(event, succeed).off('error', done).off('close', closed)
      signal.removeEventListener('abort', abort)
      if (error === undefined) return resolve(socket)
      socket.on('error', () => undefined)
      socket.destroy()
      reject(error)
    }
    const succeed = (): void => done()
    const closed = (): void => done(new Error('the server closed the connection'))
    const abort = (): void => done(signal.reason)
    socket.on(event, succeed).on('error', done).on('close', closed)
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
  })
}

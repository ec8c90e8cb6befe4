import { connect, isIP, type Socket } from 'node:net'
import type { Connection } from '@trunkline/api/agent-client'

/** A connected socket to the server, or an error at once when `signal` is aborted. */
export async function connectSocket(
  { address, port }: Connection,
  signal: AbortSignal,
): Promise<Socket> {
  signal.throwIfAborted()
  const socket = address.startsWith('/')
    ? connect({ path: `${address}/.s.PGSQL.${port}` })
    : connect({ host: address, port, noDelay: true, keepAlive: true })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const abort = () => socket.destroy(new Error('The connection was not made in time.'))
  signal.addEventListener('abort', abort)
  socket.once('connect', resolve).once('error', reject)
  try {
    await promise
  } finally {
    signal.removeEventListener('abort', abort)
    socket.off('connect', resolve).off('error', reject)
  }
  return socket
}

type Ssl =
  | false
  | 'prefer'
  | 'require'
  | { servername?: string; checkServerIdentity?: () => undefined }

/** What the driver is told for libpq's word; `verify-*` trusts the authorities of the system. */
export function sslOf({ address, sslmode }: Connection): Ssl {
  if (address.startsWith('/') || sslmode === 'disable') return false
  if (sslmode === 'prefer' || sslmode === 'require') return sslmode
  const name = isIP(address) ? {} : { servername: address }
  return sslmode === 'verify-full' ? name : { ...name, checkServerIdentity: () => undefined }
}

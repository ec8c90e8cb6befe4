/** The repository cannot be asked now: away, read-only, out of slots or too slow. Trying again later may work. */
export class RepositoryUnavailable extends Error {
  override name = 'RepositoryUnavailable'
}

const clientCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
])

// 08 connection, 28 authentication, 40 deadlock, 53 out of resources (disk, memory, connections), 57 the server cancelled or
// is stopping, 58 system error, 25006 read-only, 55P03 lock timeout, XX internal.
const serverCodes = /^(08|28|40|53|57|58|25006|55P03|XX)/

/** Whether an error says nothing about the request itself: answer 503, keep the data, try again. */
export function isRepositoryUnavailable(error: unknown): boolean {
  if (error instanceof RepositoryUnavailable) return true
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string')
    return false
  return clientCodes.has(error.code) || serverCodes.test(error.code)
}

import { ProblemError } from './problem-error.ts'
import type { Connection } from './agents/wire.ts'

const sslmodes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const

/** A connection as libpq's URIs write it. What we do not understand is refused, not ignored. */
export function parseConnectionUri(uri: string, what = 'uri'): Connection {
  if (!URL.canParse(uri)) throw refused(what, 'it is not a URI')
  const url = new URL(uri)
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
    throw refused(what, 'it does not begin with postgres://')
  }
  if (url.hostname === '') throw refused(what, 'it names no host')
  if (url.username === '') throw refused(what, 'it names no user')
  const sslmode = sslmodes.find((mode) => mode === (url.searchParams.get('sslmode') ?? 'prefer'))
  if (!sslmode) throw refused(what, `sslmode must be one of ${sslmodes.join(', ')}`)
  const unknown = [...url.searchParams.keys()].filter((key) => key !== 'sslmode')
  if (unknown.length > 0)
    throw refused(what, `the parameter ${unknown.join(', ')} is not supported`)
  const user = decode(url.username, what)
  return {
    address: decode(url.hostname, what).replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 5432 : Number(url.port),
    database: decode(url.pathname.slice(1), what) || user,
    user,
    password: url.password === '' ? null : decode(url.password, what),
    sslmode,
  }
}

function decode(part: string, what: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw refused(what, 'a % in it is not followed by two hexadecimal digits')
  }
}

function refused(what: string, why: string): ProblemError {
  return new ProblemError({
    status: 400,
    detail: `The ${what} is refused: ${why}; write postgres://user:password@host:port/database.`,
  })
}

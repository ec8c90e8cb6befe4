import { readFileSync } from 'node:fs'

const sslModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
export type SslMode = (typeof sslModes)[number]

export interface Endpoint {
  /** A name, an address, or the folder of a Unix socket when it begins with a slash. */
  host: string
  port: number
  database: string
  user: string
  password: string
  sslmode: SslMode
  /** PEM of the root certificates to trust, or `system`. */
  rootCertificate: string | null
}

/** Reads `postgres://user:password@host:port/database?sslmode=…&sslrootcert=…`; one sentence on anything else. */
export function parseRepositoryUrl(text: string): Endpoint {
  const url = parseUrl(text)
  for (const key of url.searchParams.keys()) {
    if (key !== 'sslmode' && key !== 'sslrootcert') {
      throw new Error(
        `the repository URL has the unknown parameter "${key}"; known: sslmode, sslrootcert`,
      )
    }
  }
  const user = decodeURIComponent(url.username)
  if (user === '')
    throw new Error('the repository URL names no user; write postgres://user@host/database')
  return {
    host: decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1') || '127.0.0.1',
    port: url.port === '' ? 5432 : Number(url.port),
    database: decodeURIComponent(url.pathname.slice(1)) || user,
    user,
    password: decodeURIComponent(url.password),
    ...readTls(url.searchParams),
  }
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol) || url.hostname.includes(',')) {
    throw new Error('the repository URL is not postgres://user@host:port/database (one host only)')
  }
  return url
}

function readTls(parameters: URLSearchParams): Pick<Endpoint, 'sslmode' | 'rootCertificate'> {
  const file = parameters.get('sslrootcert')
  const rootCertificate = file === null || file === 'system' ? file : readFileSync(file, 'utf8')
  const given = parameters.get('sslmode') ?? (file === 'system' ? 'verify-full' : 'prefer')
  const sslmode = sslModes.find((mode) => mode === given)
  if (sslmode === undefined) {
    throw new Error(`sslmode "${given}" of the repository URL is not one of ${sslModes.join(', ')}`)
  }
  if (sslmode.startsWith('verify') && rootCertificate === null) {
    throw new Error(`sslmode=${sslmode} needs sslrootcert: a file of root certificates, or system`)
  }
  // As libpq: with a root certificate at hand, `require` verifies against it.
  return {
    sslmode: sslmode === 'require' && rootCertificate !== null ? 'verify-ca' : sslmode,
    rootCertificate,
  }
}

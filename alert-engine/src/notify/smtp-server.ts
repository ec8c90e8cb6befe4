import { isIP } from 'node:net'

/** Where mail is handed over, and how. */
export interface SmtpServer {
  host: string
  port: number
  /**
   * `implicit`: TLS from the first byte. `required`: STARTTLS or nothing. `opportunistic`: STARTTLS if offered,
   * whatever its certificate, as relays do. `none`: never.
   */
  tls: 'implicit' | 'required' | 'opportunistic' | 'none'
  auth: { user: string; pass: string } | undefined
}

/**
 * Reads `smtp://user:password@host:port` or `smtps://…`. With a password TLS is required, unless the server is this
 * machine; `?tls=` says otherwise. Throws one sentence, without the password, on anything else.
 */
export function parseSmtpUrl(text: string): SmtpServer {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^smtps?:$/.test(url.protocol) || url.hostname === '') {
    throw new Error('the SMTP address is not a URL like smtp://user:password@mail.example.org:587')
  }
  const unknown = [...url.searchParams.keys()].find((name) => name !== 'tls')
  if (unknown !== undefined) throw new Error(`the SMTP address has an unknown option "${unknown}"`)
  const isImplicit = url.protocol === 'smtps:'
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const user = decodeURIComponent(url.username)
  return {
    host,
    port: Number(url.port) || (isImplicit ? 465 : 25),
    tls: isImplicit ? 'implicit' : tlsOf(url.searchParams.get('tls'), user !== '', host),
    auth: user === '' ? undefined : { user, pass: decodeURIComponent(url.password) },
  }
}

function tlsOf(asked: string | null, hasPassword: boolean, host: string): SmtpServer['tls'] {
  if (asked === 'required' || asked === 'opportunistic' || asked === 'none') return asked
  if (asked !== null) {
    throw new Error(
      `the SMTP address asks for tls=${asked}; there are required, opportunistic and none`,
    )
  }
  return hasPassword && !isThisMachine(host) ? 'required' : 'opportunistic'
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

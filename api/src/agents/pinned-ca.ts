import { createHash, X509Certificate } from 'node:crypto'
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls'

/**
 * The authority's certificate (PEM) as the server sends it, if the SHA-256 of its public key is `pin` (`sha256:<hex>`).
 * Nothing is trusted by this connection: connect again with the result as the only authority.
 */
export async function fetchPinnedCa(options: {
  url: string
  pin: string
  deadlineMs?: number
}): Promise<string> {
  const { url, pin, deadlineMs = 10_000 } = options
  if (!/^sha256:[0-9a-f]{64}$/.test(pin)) {
    throw new Error('the pin must be "sha256:" and 64 hexadecimal digits')
  }
  const found = (await readChain(new URL(url), deadlineMs)).find((one) => caPin(one) === pin)
  if (!found) {
    throw new Error(
      `the server at ${url} does not show the authority that ${pin} names; do not enrol with it`,
    )
  }
  return found.toString()
}

/** What `--ca-pin` names: the SHA-256 of a certificate's public key. */
export function caPin(certificate: X509Certificate): string {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' })
  return `sha256:${createHash('sha256').update(spki).digest('hex')}`
}

async function readChain(url: URL, deadlineMs: number): Promise<X509Certificate[]> {
  const connected = Promise.withResolvers<TLSSocket>()
  const socket = connect({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 443),
    // The chain is judged by its pin alone; no byte of ours is sent on this connection.
    rejectUnauthorized: false,
  })
  const deadline = setTimeout(() => {
    socket.destroy(new Error(`no TLS answer from ${url.host} within ${deadlineMs} ms`))
  }, deadlineMs)
  socket.once('secureConnect', () => connected.resolve(socket)).once('error', connected.reject)
  try {
    return chainOf((await connected.promise).getPeerCertificate(true))
  } finally {
    clearTimeout(deadline)
    socket.destroy()
  }
}

function chainOf(leaf: DetailedPeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = []
  const seen = new Set<string>()
  let at: DetailedPeerCertificate | undefined = leaf
  while (at?.raw && !seen.has(at.fingerprint256)) {
    seen.add(at.fingerprint256)
    chain.push(new X509Certificate(at.raw))
    at = at.issuerCertificate
  }
  return chain
}

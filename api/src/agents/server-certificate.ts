import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { ExtendedKeyUsage } from '@peculiar/x509'
import { keepSecret, readIfThere, writeSecret } from '../key-files.ts'
import type { Log } from '../log.ts'
import { pause } from '../pause.ts'
import type { Authority } from './ca.ts'
import { importPublicKey, newPrivateKey } from './ec-keys.ts'
import { serverName } from './tls-fetch.ts'

const day = 86_400_000
const lifeDays = 397
const renewBeforeDays = 30

/** Both PEM; the certificate with the authority's behind it, so that enrolling agents can see that. */
export interface ServerCredentials {
  key: string
  cert: string
}

interface Wanted {
  authority: Authority
  folder: string
  hosts: readonly string[]
}

/** Key and certificate of the agents' listener: those on disk, or a new certificate when theirs ends soon or lacks a name. */
export async function openServerCredentials(
  { authority, folder, hosts }: Wanted,
  now: Date,
): Promise<ServerCredentials> {
  const key = await keepSecret(join(folder, 'server.key'), newPrivateKey)
  const path = join(folder, 'server.crt')
  let cert = await readIfThere(path)
  if (!cert || !servesOn(cert, hosts, now)) {
    const issued = await authority.issue({
      publicKey: await importPublicKey(key),
      names: hosts.map((host) => ({ type: isIP(host) ? 'ip' : 'dns', value: host })),
      usage: ExtendedKeyUsage.serverAuth,
      days: lifeDays,
      now,
    })
    cert = issued.certificate
    await writeSecret(path, cert)
  }
  return { key, cert: `${cert.trimEnd()}\n${authority.certificate}` }
}

/** Until the signal: has the listener show a new certificate before the old one ends, however long the process lives. */
export async function keepServerCertificate(
  options: Wanted & {
    shown: ServerCredentials
    show: (credentials: ServerCredentials) => void
    lookEveryMs: number
    now: () => Date
    log: Log
    signal: AbortSignal
  },
): Promise<void> {
  const { show, lookEveryMs, now, log, signal } = options
  let shown = options.shown.cert
  while (await pause(lookEveryMs, signal)) {
    try {
      const credentials = await openServerCredentials(options, now())
      // Another api of this home may have renewed it: what is on disk counts.
      if (credentials.cert === shown) continue
      show(credentials)
      shown = credentials.cert
      log('server_certificate_renewed', { notAfter: new X509Certificate(shown).validToDate })
    } catch (error) {
      log('server_certificate_not_renewed', { error })
    }
  }
}

/** Every name the listener may be reached by, the fixed one that our own agents check first. */
export function serverHosts(names: readonly string[]): string[] {
  const wildcards = new Set(['0.0.0.0', '::', ''])
  const all = [serverName, 'localhost', '127.0.0.1', '::1', ...names]
  return [...new Set(all.filter((name) => !wildcards.has(name)))]
}

function servesOn(pem: string, hosts: readonly string[], now: Date): boolean {
  const certificate = new X509Certificate(pem)
  const daysLeft = (certificate.validToDate.getTime() - now.getTime()) / day
  const covers = (host: string) =>
    (isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host)) !== undefined
  return daysLeft > renewBeforeDays && hosts.every(covers)
}

// tsyringe, which @peculiar/x509 uses, wants it loaded first.
import 'reflect-metadata'
import {
  createPrivateKey,
  createPublicKey,
  randomBytes,
  X509Certificate as Certificate,
} from 'node:crypto'
import { isIP } from 'node:net'
import { join } from 'node:path'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  type Extension,
  type JsonGeneralNames,
  type PublicKeyType,
} from '@peculiar/x509'
import { keepSecret, readIfThere, writeSecret } from '../key-files.ts'
import { caPin } from './pinned-ca.ts'
import { serverName } from './tls-fetch.ts'

const day = 86_400_000
const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** Signs the one server there is, and the agents. */
export interface Authority {
  /** PEM. */
  certificate: string
  /** `sha256:…`, what `--ca-pin` wants. */
  pin: string
  issue(wanted: {
    publicKey: PublicKeyType
    names: JsonGeneralNames
    usage: ExtendedKeyUsage
    days: number
    now: Date
  }): Promise<{ certificate: string; serial: string; notAfter: Date }>
}

/** The authority of this home; made when it is started for the first time. */
export async function openAuthority(folder: string, now: Date): Promise<Authority> {
  const keyPem = await keepSecret(join(folder, 'ca.key'), async () => (await newKeyPair()).pem)
  const signingKey = await importKey(keyPem)
  const certificatePem = await keepSecret(join(folder, 'ca.crt'), () => selfSigned(keyPem, now))
  const certificate = new X509Certificate(certificatePem)
  return {
    certificate: certificatePem,
    pin: caPin(new Certificate(certificatePem)),
    issue: async ({ publicKey, names, usage, days, now: at }) => {
      const notAfter = new Date(at.getTime() + days * day)
      const issued = await X509CertificateGenerator.create({
        // Positive, and never the same twice.
        serialNumber: `00${randomBytes(16).toString('hex')}`,
        issuer: certificate.subject,
        subject: 'CN=trunkline',
        // Clocks differ; an agent's may be behind.
        notBefore: new Date(at.getTime() - 10 * 60_000),
        notAfter,
        publicKey,
        signingKey,
        signingAlgorithm: ecdsa,
        extensions: await leafExtensions({ certificate, publicKey, names, usage }),
      })
      return {
        certificate: issued.toString('pem'),
        serial: serialOf(issued.toString('pem')),
        notAfter,
      }
    },
  }
}

/** Key and certificate of the agents' listener, with the authority behind it so that enrolling agents can see it. */
export async function openServerCredentials(
  authority: Authority,
  options: { folder: string; hosts: readonly string[]; now: Date },
): Promise<{ key: string; cert: string }> {
  const { folder, hosts, now } = options
  const key = await keepSecret(join(folder, 'server.key'), async () => (await newKeyPair()).pem)
  const path = join(folder, 'server.crt')
  let cert = await readIfThere(path)
  if (!cert || !servesOn(cert, hosts, now)) {
    const issued = await authority.issue({
      publicKey: await importPublicKey(key),
      names: hosts.map((host) => ({ type: isIP(host) ? 'ip' : 'dns', value: host })),
      usage: ExtendedKeyUsage.serverAuth,
      days: 397,
      now,
    })
    cert = issued.certificate
    await writeSecret(path, cert)
  }
  return { key, cert: `${cert.trimEnd()}\n${authority.certificate}` }
}

/** Every name the listener may be reached by, the fixed one that our own agents check first. */
export function serverHosts(names: readonly string[]): string[] {
  const wildcards = new Set(['0.0.0.0', '::', ''])
  const all = [serverName, 'localhost', '127.0.0.1', '::1', ...names]
  return [...new Set(all.filter((name) => !wildcards.has(name)))]
}

/** The serial as Node shows it of a connection's peer: upper case, no leading zeros. */
function serialOf(pem: string): string {
  return new Certificate(pem).serialNumber
}

function servesOn(pem: string, hosts: readonly string[], now: Date): boolean {
  const certificate = new Certificate(pem)
  const daysLeft = (certificate.validToDate.getTime() - now.getTime()) / day
  const covers = (host: string) =>
    (isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host)) !== undefined
  return daysLeft > 30 && hosts.every(covers)
}

async function leafExtensions(leaf: {
  certificate: X509Certificate
  publicKey: PublicKeyType
  names: JsonGeneralNames
  usage: ExtendedKeyUsage
}): Promise<Extension[]> {
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([leaf.usage], true),
    new SubjectAlternativeNameExtension(leaf.names),
    await SubjectKeyIdentifierExtension.create(leaf.publicKey),
    await AuthorityKeyIdentifierExtension.create(leaf.certificate),
  ]
}

async function selfSigned(keyPem: string, now: Date): Promise<string> {
  const publicKey = await importPublicKey(keyPem)
  const certificate = await X509CertificateGenerator.create({
    serialNumber: `00${randomBytes(16).toString('hex')}`,
    subject: 'CN=Trunkline CA',
    issuer: 'CN=Trunkline CA',
    notBefore: new Date(now.getTime() - day),
    notAfter: new Date(now.getTime() + 3_650 * day),
    publicKey,
    signingKey: await importKey(keyPem),
    signingAlgorithm: ecdsa,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(publicKey),
    ],
  })
  return certificate.toString('pem')
}

async function newKeyPair(): Promise<{ pem: string }> {
  const { privateKey } = await crypto.subtle.generateKey(ecdsa, true, ['sign', 'verify'])
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', privateKey))
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  return { pem: key.export({ type: 'pkcs8', format: 'pem' }).toString() }
}

function importKey(pem: string) {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' })
  return crypto.subtle.importKey('pkcs8', Uint8Array.from(der), ecdsa, false, ['sign'])
}

function importPublicKey(privatePem: string) {
  const der = createPublicKey(privatePem).export({ type: 'spki', format: 'der' })
  return crypto.subtle.importKey('spki', Uint8Array.from(der), ecdsa, true, ['verify'])
}

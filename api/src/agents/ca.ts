// tsyringe, which @peculiar/x509 uses, wants it loaded first.
import 'reflect-metadata'
import { randomBytes, X509Certificate as Certificate } from 'node:crypto'
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
import { keepSecret } from '../key-files.ts'
import { ecdsa, importPrivateKey, importPublicKey, newPrivateKey } from './ec-keys.ts'
import { caPin } from './pinned-ca.ts'

const day = 86_400_000

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
  const keyPem = await keepSecret(join(folder, 'ca.key'), newPrivateKey)
  const signingKey = await importPrivateKey(keyPem)
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

/** The serial as Node shows it of a connection's peer: upper case, no leading zeros. */
function serialOf(pem: string): string {
  return new Certificate(pem).serialNumber
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
    signingKey: await importPrivateKey(keyPem),
    signingAlgorithm: ecdsa,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(publicKey),
    ],
  })
  return certificate.toString('pem')
}

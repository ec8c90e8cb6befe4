import 'reflect-metadata'
import { ExtendedKeyUsage, Pkcs10CertificateRequest } from '@peculiar/x509'
import { ProblemError } from '../problem-error.ts'
import type { Authority } from './ca.ts'

const uriPrefix = 'trunkline://agent/'

/** A week, for the key in the request; what the request says of its subject is ignored. */
export async function issueAgentCertificate(
  authority: Authority,
  wanted: { agentId: string; csr: string; now: Date },
): Promise<{ certificate: string; serial: string; notAfter: Date }> {
  const request = await readRequest(wanted.csr)
  return authority.issue({
    publicKey: request.publicKey,
    names: [{ type: 'url', value: `${uriPrefix}${wanted.agentId}` }],
    usage: ExtendedKeyUsage.clientAuth,
    days: 7,
    now: wanted.now,
  })
}

/** The agent a certificate is for, from its subject alternative names as Node shows them. */
export function agentIdIn(subjectAltName: string | undefined): string | undefined {
  return subjectAltName?.match(/^URI:trunkline:\/\/agent\/([0-9a-f-]{36})$/)?.[1]
}

/** Refuses a request of another key type, and one whose sender does not hold the key. */
async function readRequest(pem: string): Promise<Pkcs10CertificateRequest> {
  const request = parse(pem)
  const { name, namedCurve } = request.publicKey.algorithm as { name: string; namedCurve?: string }
  if (name !== 'ECDSA' || namedCurve !== 'P-256') throw refused('its key must be P-256')
  const isSigned = await request.verify().catch(() => false)
  if (!isSigned) throw refused('its signature is not of its key')
  return request
}

function parse(pem: string): Pkcs10CertificateRequest {
  if (
    !/^-----BEGIN CERTIFICATE REQUEST-----\s[A-Za-z0-9+/=\s]+-----END CERTIFICATE REQUEST-----\s*$/.test(
      pem,
    )
  ) {
    throw refused('it must be one PKCS#10 request in PEM')
  }
  try {
    return new Pkcs10CertificateRequest(pem)
  } catch (cause) {
    throw refused('it is not a PKCS#10 request', cause)
  }
}

function refused(why: string, cause?: unknown): ProblemError {
  return new ProblemError({
    status: 400,
    detail: `The certificate request is refused: ${why}.`,
    cause,
  })
}

import { createPrivateKey, webcrypto } from 'node:crypto'

/** A new key, and the request to certify it, both PEM. The server chooses the name: the request's own says nothing. */
export async function createCertificateRequest(): Promise<{ key: string; csr: string }> {
  // Loaded only where a certificate is wanted: it is as large as all the rest of the agent.
  await import('reflect-metadata')
  const { Pkcs10CertificateRequestGenerator } = await import('@peculiar/x509')
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: 'CN=trunkline agent',
    keys,
    signingAlgorithm: algorithm,
  })
  const der = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  const key = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' })
  return {
    key: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
    csr: request.toString('pem'),
  }
}

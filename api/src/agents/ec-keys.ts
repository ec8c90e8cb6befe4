import { createPrivateKey, createPublicKey } from 'node:crypto'

/** Every key here is of this kind: the authority's, the server's and the agents'. */
export const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** PEM. */
export async function newPrivateKey(): Promise<string> {
  const { privateKey } = await crypto.subtle.generateKey(ecdsa, true, ['sign', 'verify'])
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', privateKey))
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

export function importPrivateKey(pem: string) {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' })
  return crypto.subtle.importKey('pkcs8', Uint8Array.from(der), ecdsa, false, ['sign'])
}

/** The public half of a private key. */
export function importPublicKey(privatePem: string) {
  const der = createPublicKey(privatePem).export({ type: 'spki', format: 'der' })
  return crypto.subtle.importKey('spki', Uint8Array.from(der), ecdsa, true, ['verify'])
}

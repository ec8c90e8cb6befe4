import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { readOrMakeSecret } from './secret-file.ts'

/** Keeps secrets in the repository unreadable without the key in the home. */
export interface Sealer {
  /** `context` says what the secret belongs to; a sealed secret moved elsewhere does not open. */
  seal(secret: string, context: string): Buffer
  unseal(sealed: Uint8Array, context: string): string
}

const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16
const format = 1

/** AES-256-GCM with the key in this file, which is made when it is not there. */
export function createSealer(keyFile: string): Sealer {
  const key = readOrMakeSecret(keyFile, () => randomBytes(keyBytes))
  if (key.length !== keyBytes) throw new Error(`${keyFile} is not a key of ${keyBytes} bytes`)
  return {
    seal: (secret, context) => {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
      const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
      return Buffer.concat([Buffer.from([format]), nonce, cipher.getAuthTag(), body])
    },
    unseal: (sealed, context) => {
      const bytes = Buffer.from(sealed)
      if (bytes[0] !== format || bytes.length < 1 + nonceBytes + tagBytes) {
        throw new Error('the sealed secret has an unknown format')
      }
      const bodyAt = 1 + nonceBytes + tagBytes
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 1 + nonceBytes))
        .setAAD(Buffer.from(context))
        .setAuthTag(bytes.subarray(1 + nonceBytes, bodyAt))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(bodyAt)), decipher.final()]).toString(
          'utf8',
        )
      } catch (cause) {
        throw new Error(`a sealed secret does not open with ${keyFile}: other key, or moved`, {
          cause,
        })
      }
    },
  }
}

import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits as text that fits in a cookie, a URL and a shell. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What is stored of a token: it cannot be guessed, so one round of SHA-256 is enough. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits as text that fits in a cookie, a URL and a shell. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What is stored of a token: it cannot be guessed, so one round of SHA-256 is enough. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** The token of an `Authorization` header; the scheme's case means nothing (RFC 9110, section 11.1). */
export function bearerToken(authorization: string): string | undefined {
  return /^Bearer +([\w-]{20,200})$/i.exec(authorization)?.[1]
}

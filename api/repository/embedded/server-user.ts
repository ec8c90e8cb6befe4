import { readFileSync } from 'node:fs'

/** The user a server runs as; `undefined` is: as ourselves. */
export interface ServerUser {
  uid: number
  gid: number
}

/** PostgreSQL refuses root, so root lends it to `postgres`, or to `nobody` where there is none. */
export function findServerUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find((line) => line.startsWith(`${name}:`))?.split(':') ?? []
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Error('PostgreSQL refuses to run as root, and there is no user "postgres" or "nobody"')
}

import { hostname } from 'node:os'
import { join } from 'node:path'
import { createSealer } from '../repository/index.ts'
import { openAuthority } from './agents/ca.ts'
import { openServerCredentials, serverHosts } from './agents/server-certificate.ts'
import { newToken } from './auth/tokens.ts'
import type { Config } from './config.ts'
import { keepSecret } from './key-files.ts'
import { openRunbookSigner } from './runbook-signing.ts'

export type Home = Awaited<ReturnType<typeof openHome>>

/** Keys and tokens of this home, made when they are not there. */
export async function openHome(config: Config, now: Date) {
  const folder = join(config.home, 'keys')
  const authority = await openAuthority(folder, now)
  const hosts = serverHosts([hostname(), config.agentListen.host])
  const certified = { authority, folder, hosts }
  return {
    authority,
    server: { ...certified, shown: await openServerCredentials(certified, now) },
    signer: await openRunbookSigner(folder),
    sealer: createSealer(join(folder, 'secrets.key')),
    adminToken: await keepSecret(join(config.home, 'admin-token'), async () => newToken()),
  }
}
